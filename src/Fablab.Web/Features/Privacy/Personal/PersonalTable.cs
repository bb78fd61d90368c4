using System.Linq.Expressions;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Privacy.Personal;

/// <summary>A table with people in it: which rows are somebody's own, whether they get them in their export, and what erasing does to them.</summary>
internal abstract class PersonalTable
{
    public abstract Type Row { get; }

    /// <summary>Name of its file in the export; <see langword="null"/> when it is not there, which <see cref="WhyNotExported"/> explains.</summary>
    public string? Kind { get; init; }

    public string? WhyNotExported { get; init; }

    /// <summary>Columns that say whose a row is.</summary>
    public required IReadOnlyList<string> Whose { get; init; }

    /// <summary>Columns that say who acted on it. What somebody did is exported from the audit, not with the rows of others.</summary>
    public IReadOnlyList<string> ActedBy { get; init; } = [];

    /// <summary>Why rows stay, with a pseudonym behind their ids; <see langword="null"/> when erasing deletes them.</summary>
    public string? WhyKept { get; init; }

    /// <summary>What of a kept row is emptied all the same.</summary>
    public IReadOnlyList<string> Wiped { get; init; } = [];

    public abstract IAsyncEnumerable<object> RowsOf(FablabDb db, MemberId member);

    public abstract Task DeleteAsync(FablabDb db, MemberId member, CancellationToken ct);
}

internal sealed class PersonalTable<TRow> : PersonalTable
    where TRow : class
{
    public override Type Row => typeof(TRow);

    /// <summary>What of a row is handed out, when it is not the whole row.</summary>
    public Func<TRow, MemberId, object>? Shape { get; init; }

    public override async IAsyncEnumerable<object> RowsOf(FablabDb db, MemberId member)
    {
        await foreach (var row in db.Set<TRow>().AsNoTracking().Where(Theirs(member)).AsAsyncEnumerable())
        {
            yield return Shape?.Invoke(row, member) ?? row;
        }
    }

    public override Task DeleteAsync(FablabDb db, MemberId member, CancellationToken ct) => db.Set<TRow>().Where(Theirs(member)).ExecuteDeleteAsync(ct);

    private Expression<Func<TRow, bool>> Theirs(MemberId member)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        var asked = new Asked(member, member.Value);
        return Expression.Lambda<Func<TRow, bool>>(
            Whose.Select(column => IsTheirs(Expression.Property(row, column), asked)).Aggregate(Expression.OrElse), row);
    }

    private static BinaryExpression IsTheirs(MemberExpression column, Asked asked)
    {
        var value = Expression.Property(Expression.Constant(asked), column.Type == typeof(Guid) ? nameof(Asked.Id) : nameof(Asked.Member));
        return Expression.Equal(column, column.Type == value.Type ? value : Expression.Convert(value, column.Type));
    }

    private sealed record Asked(MemberId Member, Guid Id);
}
