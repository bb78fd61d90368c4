using System.Collections.Concurrent;
using System.Data.Common;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Fablab.Web.Tests.Testing;

/// <summary>A statement as the database got it.</summary>
/// <param name="Context">Who sent it: one use of one context, as a request is.</param>
internal sealed record SentStatement(DbContextId Context, string Text, IReadOnlyList<(string Name, object? Value)> Parameters)
{
    /// <summary>How the database would look up the answer. A small table it reads from end to end whatever indexes there are, so that way is closed.</summary>
    public async Task<string> ExplainAsync(FablabDb own)
    {
        await own.Database.OpenConnectionAsync();
        if (own.Database.IsNpgsql())
        {
            await own.Database.ExecuteSqlRawAsync("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off");
        }

        await using var command = own.Database.GetDbConnection().CreateCommand();
        command.CommandText = (own.Database.IsNpgsql() ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + Text;
        foreach (var (name, value) in Parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(reader.FieldCount - 1));
        }

        return string.Join('\n', lines);
    }
}

/// <summary>What was sent to the database while it was open.</summary>
internal sealed class StatementsRecord(Action close) : IDisposable
{
    private readonly ConcurrentQueue<SentStatement> sent = new();

    public void Add(SentStatement statement) => sent.Enqueue(statement);

    public IReadOnlyList<SentStatement> Of(FablabDb db) => [.. sent.Where(one => one.Context == db.ContextId)];

    /// <summary>All of each context that sent a statement with these words: what a request took, whatever went on beside it.</summary>
    public IReadOnlyList<IReadOnlyList<SentStatement>> OfWhoSaid(string words) =>
        [.. sent.GroupBy(one => one.Context).Where(own => own.Any(one => one.Text.Contains(words, StringComparison.Ordinal))).Select(own => own.ToList())];

    public void Dispose() => close();
}

/// <summary>The statements that a program sends to its database.</summary>
internal sealed class StatementsWatch : DbCommandInterceptor
{
    private volatile StatementsRecord? open;

    public StatementsRecord Record() => open = new StatementsRecord(() => open = null);

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Keep(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Keep(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Keep(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Keep(command, eventData);
        return ValueTask.FromResult(result);
    }

    private void Keep(DbCommand command, CommandEventData eventData)
    {
        if (open is { } record && eventData.Context is { } context)
        {
            record.Add(new SentStatement(context.ContextId, command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(one => (one.ParameterName, one.Value))]));
        }
    }
}
