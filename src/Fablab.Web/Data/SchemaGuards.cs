namespace Fablab.Web.Data;

/// <summary>
/// Rules that the database itself keeps, because no code may break them: no two reservations of one machine overlap, and
/// what was metered, charged or issued is never changed. Migrations run these statements.
/// </summary>
internal static class SchemaGuards
{
    /// <summary>What the SQLite trigger's message starts with.</summary>
    public const string OverlapMessage = "reservation-overlap";

    /// <summary>Name of the PostgreSQL constraint.</summary>
    public const string OverlapConstraint = "EX_Reservations_NoOverlap";

    /// <summary>What a member has booked within a stretch of time; what rules count and what "my reservations" show.</summary>
    private const string MembersIndex = """CREATE INDEX "IX_Reservations_MemberStart" ON "Reservations" ("Member", "SlotStart");""";

    private const string TakesTheSlot = "'Requested', 'Held', 'Confirmed', 'Active', 'Completed'";

    private static readonly string[] AppendOnly = ["JournalEntries", "Charges", "Invoices", "InvoiceLines", "LedgerEntries", "Audit", "RuleBooks", "MissedBookingFees"];

    public static IEnumerable<string> Sqlite()
    {
        // Slots that are taken never overlap, so the one that starts last before the new one's end is the only candidate:
        // the check costs the same with ten million past reservations.
        yield return $"""
            CREATE INDEX "IX_Reservations_Taken" ON "Reservations" ("Machine", "KeptStart", "KeptEnd") WHERE "State" IN ({TakesTheSlot});
            """;
        yield return MembersIndex;
        foreach (var (name, when) in new[] { ("Insert", "INSERT"), ("Update", "UPDATE OF \"Machine\", \"KeptStart\", \"KeptEnd\", \"State\"") })
        {
            yield return $"""
                CREATE TRIGGER "TR_Reservations_NoOverlap_{name}" BEFORE {when} ON "Reservations"
                WHEN NEW."State" IN ({TakesTheSlot})
                BEGIN
                    SELECT RAISE(ABORT, '{OverlapMessage}') WHERE EXISTS (
                        SELECT 1 FROM (
                            SELECT "KeptEnd" FROM "Reservations"
                            WHERE "Machine" = NEW."Machine" AND "State" IN ({TakesTheSlot}) AND "KeptStart" < NEW."KeptEnd" AND "Id" <> NEW."Id"
                            ORDER BY "KeptStart" DESC LIMIT 1)
                        WHERE "KeptEnd" > NEW."KeptStart");
                END;
                """;
        }

        foreach (var table in AppendOnly)
        {
            foreach (var verb in new[] { "UPDATE", "DELETE" })
            {
                yield return $"""
                    CREATE TRIGGER "TR_{table}_AppendOnly_{verb}" BEFORE {verb} ON "{table}"
                    BEGIN
                        SELECT RAISE(ABORT, 'append-only: {table}');
                    END;
                    """;
            }
        }
    }

    public static IEnumerable<string> Postgres()
    {
        yield return "CREATE EXTENSION IF NOT EXISTS btree_gist;";
        yield return $"""
            ALTER TABLE "Reservations" ADD CONSTRAINT "{OverlapConstraint}"
            EXCLUDE USING gist ("Machine" WITH =, tstzrange("KeptStart", "KeptEnd") WITH &&) WHERE ("State" IN ({TakesTheSlot}));
            """;
        yield return $"""
            CREATE INDEX "IX_Reservations_Taken" ON "Reservations" ("Machine", "KeptStart", "KeptEnd") WHERE "State" IN ({TakesTheSlot});
            """;
        yield return MembersIndex;
        yield return """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$;
            """;
        foreach (var table in AppendOnly)
        {
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly" BEFORE UPDATE OR DELETE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
                """;
        }
    }
}
