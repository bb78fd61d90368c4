namespace Fablab.Web.Data;

internal static partial class SchemaGuards
{
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
        yield return BookedIndex;
        yield return """
            CREATE FUNCTION stamp_calendar(machine uuid) RETURNS void LANGUAGE sql AS $$
                INSERT INTO "MachineCalendars" ("Machine", "Stamp") VALUES (machine, (random() * 9007199254740991)::bigint)
                ON CONFLICT ("Machine") DO UPDATE SET "Stamp" = excluded."Stamp";
            $$;
            """;
        yield return """
            CREATE FUNCTION machine_shown() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM stamp_calendar(NEW."Id");
                RETURN NULL;
            END $$;
            """;
        yield return """
            CREATE FUNCTION reservation_shown() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    PERFORM stamp_calendar(OLD."Machine");
                END IF;
                IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW."Machine" <> OLD."Machine") THEN
                    PERFORM stamp_calendar(NEW."Machine");
                END IF;
                RETURN NULL;
            END $$;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Machines_Calendar" AFTER INSERT OR UPDATE OF {ShownOfMachines} ON "Machines" FOR EACH ROW EXECUTE FUNCTION machine_shown();
            """;
        yield return $"""
            CREATE TRIGGER "TR_Reservations_Calendar" AFTER INSERT OR DELETE OR UPDATE OF {ShownOfReservations} ON "Reservations"
            FOR EACH ROW EXECUTE FUNCTION reservation_shown();
            """;
        yield return """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$;
            """;
        yield return """
            CREATE TRIGGER "TR_Faults_ClosedOnce" BEFORE UPDATE ON "Faults" FOR EACH ROW WHEN (OLD."ClosedAt" IS NOT NULL) EXECUTE FUNCTION refuse_change();
            """;
        yield return """
            CREATE TRIGGER "TR_Faults_Kept" BEFORE DELETE ON "Faults" FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """;
        yield return """
            CREATE TRIGGER "TR_Visits_EndedOnce" BEFORE UPDATE ON "Visits" FOR EACH ROW WHEN (OLD."LeftAt" IS NOT NULL) EXECUTE FUNCTION refuse_change();
            """;
        yield return $"""
            CREATE FUNCTION enrolment_has_seat() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE seats integer;
            BEGIN
                SELECT "Seats" INTO seats FROM "TrainingSessions" WHERE "Id" = NEW."Session" FOR SHARE;
                IF NEW."Seat" < 1 OR NEW."Seat" > seats THEN
                    RAISE EXCEPTION '{SeatsMessage}' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            """;
        yield return """
            CREATE TRIGGER "TR_Enrolments_Seat" BEFORE INSERT OR UPDATE OF "Seat" ON "Enrolments" FOR EACH ROW WHEN (NEW."Seat" IS NOT NULL)
            EXECUTE FUNCTION enrolment_has_seat();
            """;
        yield return $"""
            CREATE FUNCTION session_has_seats() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM "Enrolments" WHERE "Session" = NEW."Id" AND "Seat" > NEW."Seats") THEN
                    RAISE EXCEPTION '{SeatsMessage}' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            """;
        yield return """
            CREATE TRIGGER "TR_TrainingSessions_Seats" BEFORE UPDATE OF "Seats" ON "TrainingSessions" FOR EACH ROW EXECUTE FUNCTION session_has_seats();
            """;
        yield return """
            CREATE FUNCTION audit_to_seal() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO "UnsealedAudit" ("Entry") VALUES (NEW."Id");
                RETURN NULL;
            END $$;
            """;
        yield return """
            CREATE TRIGGER "TR_Audit_ToSeal" AFTER INSERT ON "Audit" FOR EACH ROW EXECUTE FUNCTION audit_to_seal();
            """;
        yield return $"""
            CREATE TRIGGER "TR_Audit_Sealed" BEFORE UPDATE OF {SealedOfAudit} ON "Audit" FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """;
        yield return $"""
            CREATE TRIGGER "TR_Audit_Address" BEFORE UPDATE OF "Address", "AddressSalt" ON "Audit" FOR EACH ROW WHEN ({AddressIsGiven})
            EXECUTE FUNCTION refuse_change();
            """;
        yield return """
            CREATE TRIGGER "TR_Audit_Kept" BEFORE DELETE ON "Audit" FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """;
        yield return $"""
            CREATE FUNCTION organisation_has_owner() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' AND NEW."Role" = 'Owner' THEN
                    RETURN NEW;
                END IF;
                PERFORM 1 FROM "Organisations" WHERE "Id" = OLD."Organisation" FOR UPDATE;
                IF NOT EXISTS (SELECT 1 FROM "OrganisationMembers" WHERE "Organisation" = OLD."Organisation" AND "Role" = 'Owner' AND "Member" <> OLD."Member") THEN
                    RAISE EXCEPTION '{OwnerMessage}' USING ERRCODE = 'check_violation';
                END IF;
                RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            END $$;
            """;
        yield return """
            CREATE TRIGGER "TR_OrganisationMembers_Owner" BEFORE DELETE OR UPDATE OF "Role" ON "OrganisationMembers" FOR EACH ROW WHEN (OLD."Role" = 'Owner')
            EXECUTE FUNCTION organisation_has_owner();
            """;
        yield return $"""
            CREATE FUNCTION keeps_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                -- Two who take the role from each other follow each other, and the second sees what the first did.
                PERFORM pg_advisory_xact_lock(hashtext('{LastAdministratorMessage}'));
                IF NOT EXISTS (SELECT 1 FROM "RoleGrants" WHERE "Role" = 'Administrator' AND "Member" <> OLD."Member") THEN
                    RAISE EXCEPTION '{LastAdministratorMessage}' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END $$;
            """;
        yield return """
            CREATE TRIGGER "TR_RoleGrants_LastAdministrator" BEFORE DELETE ON "RoleGrants" FOR EACH ROW WHEN (OLD."Role" = 'Administrator')
            EXECUTE FUNCTION keeps_administrator();
            """;
        yield return """
            CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT 1 FROM "AspNetUsers" WHERE "Id" = OLD."Member" AND "ErasedAt" IS NOT NULL) THEN
                    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            END $$;
            """;
        yield return $"""
            CREATE TRIGGER "TR_Certificates_AppendOnly_Update" BEFORE UPDATE OF {KeptOfCertificates} ON "Certificates" FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """;
        yield return """
            CREATE TRIGGER "TR_Certificates_WithdrawnOnce" BEFORE UPDATE ON "Certificates" FOR EACH ROW WHEN (OLD."WithdrawnOn" IS NOT NULL) EXECUTE FUNCTION refuse_change();
            """;
        yield return """
            CREATE TRIGGER "TR_Certificates_AppendOnly_Delete" BEFORE DELETE ON "Certificates" FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased();
            """;
        yield return """
            CREATE TRIGGER "TR_TrainingRefunds_RefundedOnce" BEFORE UPDATE OR DELETE ON "TrainingRefunds" FOR EACH ROW WHEN (OLD."RefundedAt" IS NOT NULL)
            EXECUTE FUNCTION refuse_change();
            """;
        foreach (var table in GoneWithTheirMember)
        {
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_Update" BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change();
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_Delete" BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased();
                """;
        }

        foreach (var (table, kept, column, never) in new[]
        {
            ("AuthorisationFacts", KeptOfFacts, "Reason", "NEW.\"Reason\" IS NOT NULL"),
            ("Invoices", KeptOfInvoices, "Document", "OLD.\"IssuedOn\" >= date_trunc('year', CURRENT_DATE) - interval '10 years'"),
        })
        {
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_Delete" BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change();
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_AppendOnly_Update" BEFORE UPDATE OF {kept} ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change();
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_Never" BEFORE UPDATE OF "{column}" ON "{table}" FOR EACH ROW WHEN ({never}) EXECUTE FUNCTION refuse_change();
                """;
            yield return $"""
                CREATE TRIGGER "TR_{table}_Wiped" BEFORE UPDATE OF "{column}" ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased();
                """;
        }

        yield return """
            CREATE TRIGGER "TR_AspNetUsers_Erased" BEFORE UPDATE ON "AspNetUsers" FOR EACH ROW WHEN (OLD."ErasedAt" IS NOT NULL) EXECUTE FUNCTION refuse_change();
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
