using System.Data.Common;
using System.Diagnostics;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Fablab.Web.Tests.Testing;

/// <summary>The statements that one context sends to the database.</summary>
internal sealed class StatementsWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly FablabDb db;
    private readonly List<IDisposable> subscriptions = [];

    private StatementsWatch(FablabDb db)
    {
        this.db = db;
        subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public List<(string Text, List<(string Name, object? Value)> Parameters)> Statements { get; } = [];

    public static StatementsWatch Of(FablabDb db) => new(db);

    /// <summary>How the database would look up the answer. A small table it reads from end to end whatever indexes there are, so that way is closed.</summary>
    public static async Task<string> ExplainAsync(FablabDb own, (string Text, List<(string Name, object? Value)> Parameters) statement)
    {
        await own.Database.OpenConnectionAsync();
        if (own.Database.IsNpgsql())
        {
            await own.Database.ExecuteSqlRawAsync("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off");
        }

        await using var command = own.Database.GetDbConnection().CreateCommand();
        command.CommandText = (own.Database.IsNpgsql() ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + statement.Text;
        foreach (var (name, value) in statement.Parameters)
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

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == RelationalEventId.CommandExecuting.Name && value.Value is CommandEventData data && data.Context == db)
        {
            Statements.Add((data.Command.CommandText, [.. data.Command.Parameters.Cast<DbParameter>().Select(one => (one.ParameterName, one.Value))]));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => subscriptions.ForEach(one => one.Dispose());
}
