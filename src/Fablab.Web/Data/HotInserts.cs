using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using Fablab.Domain.Reservations;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Fablab.Web.Data;

/// <summary>
/// Saves the rows that every booking adds, in one statement whose text is made once for each combination of tables. EF Core looks
/// for changes, sorts, writes the text anew and, on SQLite, sends row by row. Columns and conversions come from the model, so this says
/// nothing twice; what is not new, or not of these tables, EF Core saves itself.
/// </summary>
internal static class HotInserts
{
    /// <summary>More rows than this are no single booking, and each number of them would be a text of its own.</summary>
    private const int Most = 8;

    /// <summary>In the order in which they may refer to each other. Their keys are made by whoever makes them.</summary>
    private static readonly Type[] Tables =
        [typeof(Reservation), typeof(CompanyRow), typeof(AuditRow), typeof(ReservationChangeRow), typeof(NoticeRow), typeof(MailRow), typeof(IdempotentAnswerRow)];

    private static readonly ConditionalWeakTable<IModel, ConcurrentDictionary<string, Insert>> OfModels = [];

    /// <summary>Only within a transaction: what fails is taken back by it, so whoever catches a refusal does so outside.</summary>
    public static bool Covers(FablabDb db, IReadOnlyCollection<object> rows) =>
        rows.Count is > 0 and <= Most && db.Database.CurrentTransaction is not null && rows.All(row => Array.IndexOf(Tables, row.GetType()) >= 0);

    /// <returns>How many rows were written.</returns>
    /// <exception cref="DbUpdateException">The database refused one of them, as EF Core would tell it.</exception>
    public static async Task<int> SaveAsync(FablabDb db, IEnumerable<object> rows, CancellationToken ct)
    {
        List<object> sorted = [.. rows.OrderBy(row => Array.IndexOf(Tables, row.GetType()))];
        var key = string.Create(sorted.Count, sorted, (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)('a' + Array.IndexOf(Tables, from[i].GetType()));
            }
        });
        var insert = OfModels.GetOrCreateValue(db.Model).GetOrAdd(key, _ => Insert.Of(db, [.. sorted.Select(row => row.GetType())]));
        try
        {
            await insert.ExecuteAsync(db, sorted, ct);
            return sorted.Count;
        }
        catch (DbException refused)
        {
            throw new DbUpdateException("A new row was refused.", refused);
        }
    }

    /// <summary>One statement for rows of these tables, in this order.</summary>
    private sealed class Insert(IRelationalCommand command, IReadOnlyList<IReadOnlyList<(string Parameter, IClrPropertyGetter Value)>> rows)
    {
        public static Insert Of(FablabDb db, IReadOnlyList<Type> tables)
        {
            var (builder, sql) = (db.GetService<IRelationalCommandBuilderFactory>().Create(), db.GetService<ISqlGenerationHelper>());
            var (rows, count) = (new List<IReadOnlyList<(string, IClrPropertyGetter)>>(), 0);
            foreach (var table in tables)
            {
                var entity = db.Model.FindEntityType(table)!;
                var (columns, values, row) = (new StringBuilder(), new StringBuilder(), new List<(string, IClrPropertyGetter)>());
                foreach (var property in entity.GetFlattenedProperties())
                {
                    var (column, name) = (property.GetTableColumnMappings().Single().Column.Name, $"p{count++}");
                    columns.Append(columns.Length > 0 ? ", " : "").Append(sql.DelimitIdentifier(column));
                    values.Append(values.Length > 0 ? ", " : "").Append(sql.GenerateParameterNamePlaceholder(name));
                    builder.AddParameter(name, sql.GenerateParameterName(name), property.GetRelationalTypeMapping(), property.IsNullable);
                    row.Add((name, property.GetGetter()));
                }

                builder.Append($"INSERT INTO {sql.DelimitIdentifier(entity.GetTableName()!)} ({columns}) VALUES ({values})").AppendLine(sql.StatementTerminator);
                rows.Add(row);
            }

            return new Insert(builder.Build(), rows);
        }

        public Task<int> ExecuteAsync(FablabDb db, IReadOnlyList<object> added, CancellationToken ct)
        {
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            for (var i = 0; i < added.Count; i++)
            {
                foreach (var (parameter, value) in rows[i])
                {
                    values[parameter] = value.GetClrValueUsingContainingEntity(added[i]);
                }
            }

            return command.ExecuteNonQueryAsync(
                new RelationalCommandParameterObject(
                    db.GetService<IRelationalConnection>(), values, null, db, db.GetService<IRelationalCommandDiagnosticsLogger>(), CommandSource.SaveChanges),
                ct);
        }
    }
}
