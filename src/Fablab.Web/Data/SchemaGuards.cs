namespace Fablab.Web.Data;

/// <summary>
/// Rules that the database itself keeps, because no code may break them: no two reservations of one machine overlap,
/// what was metered, charged or issued is never changed, no fault is closed and no visit ended twice, no organisation is left without an owner and no lab without an administrator,
/// no training has more people than seats, and no calendar
/// changes without its stamp. Migrations run these statements.
/// </summary>
internal static partial class SchemaGuards
{
    /// <summary>What the SQLite trigger's message starts with.</summary>
    public const string OverlapMessage = "reservation-overlap";

    /// <summary>Name of the PostgreSQL constraint.</summary>
    public const string OverlapConstraint = "EX_Reservations_NoOverlap";

    /// <summary>What a member has booked within a stretch of time; what rules count and what "my reservations" show.</summary>
    private const string MembersIndex = """CREATE INDEX "IX_Reservations_MemberStart" ON "Reservations" ("Member", "SlotStart");""";

    /// <summary>
    /// The same with all that quotas and limits count of a booking: each lies on another page of the table, and reading those cost more than
    /// the rules. PostgreSQL would look into the table all the same, for what is visible.
    /// </summary>
    private const string MembersIndexWithAll = """
        CREATE INDEX "IX_Reservations_MemberStart" ON "Reservations"
        ("Member", "SlotStart", "SlotEnd", "BookedStart", "BookedEnd", "State", "Machine", "Project", "Bundle", "Id");
        """;

    /// <summary>What was booked for a stretch of time, whoever has it; what rules are tried on. EF maps no index of a part of a slot.</summary>
    private const string BookedIndex = """CREATE INDEX "IX_Reservations_BookedStart" ON "Reservations" ("BookedStart");""";

    /// <summary>What the database's message starts with when a seat is wanted that the training session does not have.</summary>
    public const string SeatsMessage = "no-such-seat";

    /// <summary>What the database's message starts with when the last administrator would be gone.</summary>
    public const string LastAdministratorMessage = "last-administrator";

    private const string NoSeat = $"""
        SELECT RAISE(ABORT, '{SeatsMessage}') WHERE NEW."Seat" < 1
            OR NEW."Seat" > (SELECT "Seats" FROM "TrainingSessions" WHERE "Id" = NEW."Session")
        """;

    /// <summary>What the database's message starts with when an organisation would be left without an owner.</summary>
    public const string OwnerMessage = "last-owner";

    private const string LastOwner = $"""
        SELECT RAISE(ABORT, '{OwnerMessage}') WHERE NOT EXISTS (
            SELECT 1 FROM "OrganisationMembers" WHERE "Organisation" = OLD."Organisation" AND "Role" = 'Owner' AND "Member" <> OLD."Member")
        """;

    private const string TakesTheSlot = "'Requested', 'Held', 'Confirmed', 'Active', 'Completed'";

    /// <summary>All that a calendar shows of a machine.</summary>
    private const string ShownOfMachines = "\"Code\", \"Name\", \"Category\", \"IsOutOfOrder\", \"OutOfOrderUntil\", \"Site\"";

    /// <summary>All that a calendar shows of a reservation, and to whom.</summary>
    private const string ShownOfReservations = "\"Machine\", \"Member\", \"State\", \"SlotStart\", \"SlotEnd\", \"KeptStart\", \"KeptEnd\"";

    /// <summary>What the audit's chain covers. The address beside it may be wiped, and only that.</summary>
    private const string SealedOfAudit =
        "\"Id\", \"At\", \"Actor\", \"Way\", \"Action\", \"Subject\", \"Machine\", \"Site\", \"Concerns\", \"Before\", \"After\", \"AddressDigest\"";

    private const string AddressIsGiven = "NEW.\"Address\" IS NOT NULL OR NEW.\"AddressSalt\" IS NOT NULL";

    private static readonly string[] AppendOnly =
    [
        "JournalEntries", "Charges", "InvoiceLines", "LedgerEntries", "AuditSeals", "RuleBooks", "MissedBookingFees", "QuizAttempts", "SiteTexts",
    ];

    /// <summary>Append-only as the others, until their member is erased: then they may be deleted, and only that.</summary>
    private static readonly string[] GoneWithTheirMember = ["MemberNotes"];

    /// <summary>All columns of an invoice but its document, whose buyer's name may be taken out once the law wants it no longer.</summary>
    private const string KeptOfInvoices =
        "\"Id\", \"Number\", \"LegalEntity\", \"Organisation\", \"Member\", \"Period\", \"IssuedOn\", \"DueOn\", \"IssuedAt\", \"Net_Minor\", \"Net_Currency\", \"Gross_Minor\", \"Gross_Currency\", \"ChainHash\"";

    /// <summary>All columns of a fact but the reason that somebody wrote.</summary>
    private const string KeptOfFacts = "\"Member\", \"Machine\", \"Number\", \"Kind\", \"At\", \"By\", \"Level\", \"Hours\", \"Terms\", \"Until\", \"Course\", \"Session\", \"Undoes\"";

    /// <summary>All columns of a certificate but those that say that it was withdrawn.</summary>
    private const string KeptOfCertificates =
        "\"Code\", \"Session\", \"Member\", \"IssuedAt\", \"MemberName\", \"CourseName_Fr\", \"CourseName_En\", \"SiteName\", \"TrainerName\", \"TrainedOn\", \"WithQuiz\"";

    private const string MemberIsErased = "EXISTS (SELECT 1 FROM \"AspNetUsers\" WHERE \"Id\" = OLD.\"Member\" AND \"ErasedAt\" IS NOT NULL)";

    public static IEnumerable<string> Sqlite()
    {
        // Slots that are taken never overlap, so the one that starts last before the new one's end is the only candidate:
        // the check costs the same with ten million past reservations.
        yield return $"""
            CREATE INDEX "IX_Reservations_Taken" ON "Reservations" ("Machine", "KeptStart", "KeptEnd") WHERE "State" IN ({TakesTheSlot});
            """;
        yield return MembersIndexWithAll;
        yield return BookedIndex;
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

        const string Stamp = "UPDATE \"MachineCalendars\" SET \"Stamp\" = random() WHERE \"Machine\"";
        yield return $"""
            CREATE TRIGGER "TR_Machines_Calendar_Insert" AFTER INSERT ON "Machines"
            BEGIN INSERT INTO "MachineCalendars" ("Machine", "Stamp") VALUES (NEW."Id", random()); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Machines_Calendar_Update" AFTER UPDATE OF {ShownOfMachines} ON "Machines" BEGIN {Stamp} = NEW."Id"; END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Reservations_Calendar_Insert" AFTER INSERT ON "Reservations" BEGIN {Stamp} = NEW."Machine"; END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Reservations_Calendar_Update" AFTER UPDATE OF {ShownOfReservations} ON "Reservations"
            BEGIN {Stamp} IN (OLD."Machine", NEW."Machine"); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Reservations_Calendar_Delete" AFTER DELETE ON "Reservations" BEGIN {Stamp} = OLD."Machine"; END;
            """;
        yield return """
            CREATE TRIGGER "TR_Faults_ClosedOnce" BEFORE UPDATE ON "Faults" WHEN OLD."ClosedAt" IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'append-only: Faults'); END;
            """;
        yield return """
            CREATE TRIGGER "TR_Faults_Kept" BEFORE DELETE ON "Faults" BEGIN SELECT RAISE(ABORT, 'append-only: Faults'); END;
            """;
        yield return """
            CREATE TRIGGER "TR_Visits_EndedOnce" BEFORE UPDATE ON "Visits" WHEN OLD."LeftAt" IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'append-only: Visits'); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Enrolments_Seat_Insert" BEFORE INSERT ON "Enrolments" WHEN NEW."Seat" IS NOT NULL
            BEGIN {NoSeat}; END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Enrolments_Seat_Update" BEFORE UPDATE OF "Seat" ON "Enrolments" WHEN NEW."Seat" IS NOT NULL
            BEGIN {NoSeat}; END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_TrainingSessions_Seats" BEFORE UPDATE OF "Seats" ON "TrainingSessions"
            WHEN EXISTS (SELECT 1 FROM "Enrolments" WHERE "Session" = NEW."Id" AND "Seat" > NEW."Seats")
            BEGIN SELECT RAISE(ABORT, '{SeatsMessage}'); END;
            """;
        yield return """
            CREATE TRIGGER "TR_Audit_ToSeal" AFTER INSERT ON "Audit" BEGIN INSERT INTO "UnsealedAudit" ("Entry") VALUES (NEW."Id"); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Audit_Sealed" BEFORE UPDATE OF {SealedOfAudit} ON "Audit" BEGIN SELECT RAISE(ABORT, 'append-only: Audit'); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Audit_Address" BEFORE UPDATE OF "Address", "AddressSalt" ON "Audit" WHEN {AddressIsGiven}
            BEGIN SELECT RAISE(ABORT, 'append-only: Audit'); END;
            """;
        yield return """
            CREATE TRIGGER "TR_Audit_Kept" BEFORE DELETE ON "Audit" BEGIN SELECT RAISE(ABORT, 'append-only: Audit'); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_OrganisationMembers_Owner_Update" BEFORE UPDATE OF "Role" ON "OrganisationMembers"
            WHEN OLD."Role" = 'Owner' AND NEW."Role" <> 'Owner'
            BEGIN {LastOwner}; END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_OrganisationMembers_Owner_Delete" BEFORE DELETE ON "OrganisationMembers" WHEN OLD."Role" = 'Owner'
            BEGIN {LastOwner}; END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_RoleGrants_LastAdministrator" BEFORE DELETE ON "RoleGrants"
            WHEN OLD."Role" = 'Administrator' AND NOT EXISTS (SELECT 1 FROM "RoleGrants" WHERE "Role" = 'Administrator' AND "Member" <> OLD."Member")
            BEGIN SELECT RAISE(ABORT, '{LastAdministratorMessage}'); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Certificates_AppendOnly_UPDATE" BEFORE UPDATE OF {KeptOfCertificates} ON "Certificates"
            BEGIN SELECT RAISE(ABORT, 'append-only: Certificates'); END;
            """;
        yield return """
            CREATE TRIGGER "TR_Certificates_WithdrawnOnce" BEFORE UPDATE ON "Certificates" WHEN OLD."WithdrawnOn" IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'append-only: Certificates'); END;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Certificates_AppendOnly_DELETE" BEFORE DELETE ON "Certificates" WHEN NOT {MemberIsErased}
            BEGIN SELECT RAISE(ABORT, 'append-only: Certificates'); END;
            """;
        foreach (var verb in new[] { "UPDATE", "DELETE" })
        {
            yield return $"""
                CREATE TRIGGER "TR_TrainingRefunds_RefundedOnce_{verb}" BEFORE {verb} ON "TrainingRefunds" WHEN OLD."RefundedAt" IS NOT NULL
                BEGIN SELECT RAISE(ABORT, 'append-only: TrainingRefunds'); END;
                """;
        }

        foreach (var table in GoneWithTheirMember)
        {
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_UPDATE" BEFORE UPDATE ON "{table}" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END;
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_DELETE" BEFORE DELETE ON "{table}" WHEN NOT {MemberIsErased}
                BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END;
                """;
        }

        foreach (var (table, kept, wiped) in new[]
        {
            ("AuthorisationFacts", KeptOfFacts, $"\"Reason\" ON \"AuthorisationFacts\" WHEN NEW.\"Reason\" IS NOT NULL OR NOT {MemberIsErased}"),
            ("Invoices", KeptOfInvoices, $"\"Document\" ON \"Invoices\" WHEN OLD.\"IssuedOn\" >= date('now', 'start of year', '-10 years') OR NOT {MemberIsErased}"),
        })
        {
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_DELETE" BEFORE DELETE ON "{table}" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END;
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_UPDATE" BEFORE UPDATE OF {kept} ON "{table}" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END;
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_Wiped" BEFORE UPDATE OF {wiped} BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END;
                """;
        }

        yield return """
            CREATE TRIGGER "TR_AspNetUsers_Erased" BEFORE UPDATE ON "AspNetUsers" WHEN OLD."ErasedAt" IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'append-only: AspNetUsers'); END;
            """;
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
}
