using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using BridgeKey = Fablab.Contracts.BridgeKey;

namespace Fablab.Web.Demo;

/// <summary>Fills an empty database with a lab to try, all at once or not at all.</summary>
internal sealed class DemoLab(FablabDb db, IPasswordHasher<Account> hasher, ILookupNormalizer normalizer, BridgeKeys keys, DemoPresence presence, LabClock clock)
{
    private static readonly Guid LegalEntity = DemoIds.Numbered(41);
    private static readonly Guid AtelierBridge = DemoIds.Numbered(51);
    private static readonly Guid CampusBridge = DemoIds.Numbered(52);
    private static readonly TariffId PrintTariff = new(DemoIds.Numbered(61));
    private static readonly TariffId MillTariff = new(DemoIds.Numbered(62));
    private static readonly TariffId RoomTariff = new(DemoIds.Numbered(64));
    private static readonly TariffId LaserTariff = new(DemoIds.Numbered(63));

    public async Task FillAsync(CancellationToken ct)
    {
        // Outside the transaction: protecting may make a key ring, which is another connection's writing.
        var (atelierKey, campusKey) = (keys.Seal(BridgeKey.Create()), keys.Seal(BridgeKey.Create()));
        var badge = await presence.HashBadgeAsync(ct);
        await LabTransaction.RunAsync(db, (MachineId?)null, async () =>
        {
            if (await db.LegalEntities.AnyAsync(ct) || await db.Users.AnyAsync(ct))
            {
                return false;
            }

            AddPlaces(atelierKey, campusKey);
            AddTariffs();
            AddMachines();
            AddPeople();
            AddTrainings();
            presence.Add(badge);
            await db.SaveChangesAsync(ct);
            return true;
        }, ct);
    }

    private void AddPlaces(string atelierKey, string campusKey)
    {
        db.Add(new LegalEntityRow
        {
            Id = LegalEntity,
            Name = "Fablab Demo",
            LegalForm = "SAS",
            Address = "1 rue de l'Exemple, 35000 Rennes",
            Siren = "000000000",
            VatNumber = "FR00000000000",
            Iban = "FR7600000000000000000000000",
            InvoiceSeries = "DEMO",
        });
        db.Add(Site(DemoIds.Atelier, "atelier", "Atelier Rennes", "1 rue de l'Exemple, 35000 Rennes", RegistrationPolicy.Open));
        db.Add(Site(DemoIds.Campus, "campus", "Campus Saint-Malo", "2 quai de l'Exemple, 35400 Saint-Malo", RegistrationPolicy.Approval));
        db.Add(Bridge(AtelierBridge, DemoIds.AtelierBridge, DemoIds.Atelier, atelierKey, DemoMachines.MillPlug));
        db.Add(Bridge(CampusBridge, DemoIds.CampusBridge, DemoIds.Campus, campusKey, DemoMachines.LaserPlug));
    }

    private void AddTariffs()
    {
        db.Add(new TariffGroupRow { Id = new TariffGroupId(DemoIds.Numbered(65)), Code = "reduced-rate", Name = "Reduced rate (students, job seekers)", MayBeAskedFor = true });
        db.Add(new Tariff
        {
            Id = PrintTariff, Version = 1, Name = "3D printing", Currency = "EUR", HourlyRateMicros = 3_000_000, Basis = TimeBasis.Active,
            Increment = Duration.FromMinutes(1), Minimum = Duration.FromMinutes(5), VatRateBasisPoints = 2000,
        });
        db.Add(new Tariff
        {
            Id = MillTariff, Version = 1, Name = "CNC milling", Currency = "EUR", HourlyRateMicros = 18_000_000, Basis = TimeBasis.Session,
            Increment = Duration.FromMinutes(5), Minimum = Duration.FromMinutes(10), VatRateBasisPoints = 2000,
        });
        db.Add(new Tariff
        {
            Id = RoomTariff, Version = 1, Name = "Meeting room", Currency = "EUR", HourlyRateMicros = 15_000_000, Basis = TimeBasis.Reserved,
            Increment = Duration.FromMinutes(15), Minimum = Duration.FromMinutes(30), VatRateBasisPoints = 2000,
        });
        db.Add(new Tariff
        {
            Id = LaserTariff, Version = 1, Name = "Laser cutting", Currency = "EUR", HourlyRateMicros = 24_000_000, Basis = TimeBasis.Session,
            Increment = Duration.FromMinutes(1), Minimum = Duration.FromMinutes(5), EnergyRateMicros = 250_000, VatRateBasisPoints = 2000,
        });
    }

    private void AddMachines()
    {
        var prints = new MachinePolicy
        {
            HazardClass = HazardClass.R, StartsUnattended = true, EndsWithJob = true, MaximumLength = Duration.FromHours(48), CleanUp = Duration.FromMinutes(5),
            Profile = new MachineProfile
            {
                Dialect = GcodeDialect.Printer, MaximumNozzleCelsius = 300, MaximumBedCelsius = 120, Reach = new ReachableSpace(-10, 260, -10, 220, -1, 220),
            },
        };
        var mills = new MachinePolicy
        {
            HazardClass = HazardClass.H, RequiresAuthorisation = true, EndsWithJob = false, MaximumLength = Duration.FromHours(8), CleanUp = Duration.FromMinutes(10),
            Profile = new MachineProfile { Dialect = GcodeDialect.Grbl, Reach = new ReachableSpace(-400, 400, -400, 400, -100, 100) },
        };
        var meets = new MachinePolicy { HazardClass = HazardClass.L, StartsUnattended = true, Granularity = Duration.FromMinutes(15), MaximumLength = Duration.FromHours(12) };
        var cuts = mills with { MaximumLength = Duration.FromHours(4), CleanUp = Duration.FromMinutes(5) };
        db.Add(new PoolRow { Id = DemoIds.Printers, Code = "printers", Site = DemoIds.Atelier, Name = "Prusa MK4" });
        AddMachine(DemoIds.Printer1, "printer-1", "Printer 1", "Prusa MK4 (simulated)", MachineCategory.Printer3D, DemoIds.Atelier, AtelierBridge, prints, PrintTariff);
        AddMachine(DemoIds.Printer2, "printer-2", "Printer 2", "Prusa MK4 (simulated)", MachineCategory.Printer3D, DemoIds.Atelier, AtelierBridge, prints, PrintTariff);
        AddMachine(DemoIds.Cnc1, "cnc-1", "CNC mill", "GRBL 3-axis (simulated)", MachineCategory.CncMill, DemoIds.Atelier, AtelierBridge, mills, MillTariff);
        AddMachine(DemoIds.Room1, "room-1", "Meeting room", "12 seats, screen", MachineCategory.Room, DemoIds.Atelier, null, meets, RoomTariff);
        AddMachine(DemoIds.Laser1, "laser-1", "Laser cutter", "CO₂ 60 W (simulated)", MachineCategory.LaserCutter, DemoIds.Campus, CampusBridge, cuts, LaserTariff);
    }

    private void AddPeople()
    {
        var maker = AddAccount(71, DemoIds.Maker, "Malo Maker");
        var second = AddAccount(72, DemoIds.SecondMaker, "Maëlle Maker");
        var manager = AddAccount(73, DemoIds.AtelierManager, "Gwenn Manager");
        var campusManager = AddAccount(74, DemoIds.CampusManager, "Corentin Manager");
        var owner = AddAccount(75, DemoIds.Owner, "Oanez Owner");
        var administrator = AddAccount(76, DemoIds.Administrator, "Alan Admin");

        foreach (var member in new[] { maker, second, manager, campusManager, owner, administrator })
        {
            db.Add(Membership(DemoIds.Atelier, member, MembershipState.Active));
            db.Add(Membership(DemoIds.Campus, member, MembershipState.Active));
        }

        db.Add(Membership(DemoIds.Campus, AddAccount(171, DemoIds.Newcomer, "Nolwenn Newcomer"), MembershipState.Waiting));

        db.Add(Grant(81, manager, StaffRole.Manager, DemoIds.Atelier));
        db.Add(Grant(82, campusManager, StaffRole.Manager, DemoIds.Campus));
        db.Add(Grant(83, administrator, StaffRole.Administrator, null));

        db.Add(Organisation(DemoIds.Startup, "Goéland Robotics", OrganisationKind.Company, new PostalAddress("3 rue de l'Exemple", null, null, "35000", "Rennes", "FR"), "000000018"));
        db.Add(Organisation(DemoIds.School, "École de l'Exemple", OrganisationKind.School, new PostalAddress("4 rue de l'Exemple", null, null, "35400", "Saint-Malo", "FR"), "000000026"));
        db.Add(new ProjectRow { Id = DemoIds.Drone, Organisation = DemoIds.Startup, Name = "Inspection drone", PurchaseOrder = "PO-2026-014" });
        db.Add(new ProjectRow { Id = DemoIds.Housing, Organisation = DemoIds.Startup, Name = "Sensor housing", BudgetMinor = 50_000, BudgetPeriod = BudgetPeriod.Month });
        db.Add(new OrganisationMemberRow { Organisation = DemoIds.Startup, Member = owner, Role = OrganisationRole.Owner });
        db.Add(new OrganisationMemberRow { Organisation = DemoIds.Startup, Member = maker, Role = OrganisationRole.Member });
        db.Add(new OrganisationMemberRow { Organisation = DemoIds.School, Member = second, Role = OrganisationRole.Owner });

        foreach (var member in new[] { maker, manager, campusManager })
        {
            foreach (var machine in new[] { DemoIds.Cnc1, DemoIds.Laser1 })
            {
                db.Add(new MachineAuthorisationRow { Member = member, Machine = machine, GrantedAt = clock.Now, Version = 1 });
                db.Add(new AuthorisationFactRow { Member = member, Machine = machine, Number = 1, Kind = AuthorisationFactKind.Granted, At = clock.Now });
            }
        }
    }

    /// <summary>The campus recognises what is taught about lasers, and in four days milling is.</summary>
    private void AddTrainings()
    {
        var trainer = new MemberId(DemoIds.Numbered(73));
        db.Add(new RoleGrantRow { Id = DemoIds.Numbered(84), Member = trainer, Role = StaffRole.Trainer, Site = DemoIds.Atelier });
        db.Add(new CourseRow
        {
            Id = DemoIds.MillingCourse, Site = DemoIds.Atelier, Name = new("Fraisage CNC pour débuter", "CNC milling for beginners"), Kind = CourseKind.Initial, Machines = [], Categories = [MachineCategory.CncMill],
            Description = new("Bridage, prise d’origine, vitesses de coupe, et une première pièce à emporter.", "Clamping, zeroing, feeds and speeds, and a first part to take home."),
            Terms = new AuthorisationTerms { Months = 24, UnusedMonths = 6, Renewal = RenewalRule.ByTrainer },
        });
        db.Add(new CourseRow
        {
            Id = new CourseId(DemoIds.Numbered(93)), Site = DemoIds.Atelier, Name = new("Sécurité laser", "Laser safety"), Kind = CourseKind.Initial, Machines = [], Categories = [MachineCategory.LaserCutter],
            Description = new("Ce qui brûle, ce qu’il ne faut jamais découper, et que faire si cela arrive.", "What burns, what must never be cut, and what to do when it does."),
            Level = AuthorisationLevel.Supervised,
            Quiz = new Quiz(100,
            [
                new QuizQuestion(
                    new("Quel matériau ne va jamais au laser ?", "Which material never goes into the laser?"), [new("Le PVC", "PVC"), new("Le contreplaqué", "Plywood"), new("Le carton", "Cardboard")], 0),
                new QuizQuestion(
                    new("Que faites-vous pendant la découpe ?", "What do you do while it cuts?"), [new("Je sors prendre un café", "Go for a coffee"), new("Je reste devant la machine", "Stay with the machine")], 1),
            ]),
        });
        db.AddRange(new[] { DemoIds.MillingCourse, new CourseId(DemoIds.Numbered(93)) }.Select(course => new CourseTrainerRow { Course = course, Trainer = trainer }));
        db.Add(new CourseSiteRow { Course = DemoIds.MillingCourse, Site = DemoIds.Atelier });
        db.Add(new CourseSiteRow { Course = new CourseId(DemoIds.Numbered(93)), Site = DemoIds.Atelier });
        db.Add(new CourseSiteRow { Course = new CourseId(DemoIds.Numbered(93)), Site = DemoIds.Campus });
        var start = clock.Now.InUtc().Date.PlusDays(4).AtMidnight().PlusHours(17).InUtc().ToInstant();
        db.Add(new TrainingSessionRow
        {
            Id = DemoIds.MillingSession, Course = DemoIds.MillingCourse, Site = DemoIds.Atelier, Trainer = trainer, Start = start, End = start + Duration.FromHours(3), Seats = 6,
            MinimumAttendance = 2, Deadline = start - Duration.FromDays(1), DueAt = start - Duration.FromDays(1), Price = new Money(3500, "EUR"),
        });

        // Somebody withdrew in time and has money to come.
        var (left, price) = (new MemberId(DemoIds.Numbered(75)), new Money(3500, "EUR"));
        db.Add(new EnrolmentRow { Session = DemoIds.MillingSession, Member = left, State = EnrolmentState.Withdrawn, JoinedAt = clock.Now, Price = price, RefundDueAt = clock.Now });
        db.Add(new TrainingRefundRow
        {
            Id = new TrainingRefundId(DemoIds.Numbered(94)), Session = DemoIds.MillingSession, Member = left, Amount = price, Cause = RefundCause.WithdrawnInTime, DueAt = clock.Now,
        });
    }

    private OrganisationRow Organisation(OrganisationId id, string name, OrganisationKind kind, PostalAddress address, string siren) =>
        new() { Id = id, Name = name, Kind = kind, Address = address, Siren = siren, CreatedAt = clock.Now, VerifiedAt = clock.Now };

    private static SiteRow Site(SiteId id, string code, string name, string address, RegistrationPolicy registration) =>
        new() { Id = id, Code = code, Name = name, TimeZone = "Europe/Paris", Address = address, LegalEntity = LegalEntity, Registration = registration };

    private BridgeRow Bridge(Guid id, string code, SiteId site, string protectedKey, params string[] deviceTopics) => new()
    {
        Id = id, Code = code, Site = site, ProtectedKey = protectedKey, DeviceTopics = deviceTopics, CreatedAt = clock.Now, PairedAt = clock.Now,
    };

    private void AddMachine(
        MachineId id, string code, string name, string model, MachineCategory category, SiteId site, Guid? bridge, MachinePolicy policy, TariffId tariff)
    {
        db.Add(new MachineRow
        {
            Id = id, Code = code, Name = name, Model = model, Category = category, Site = site, Bridge = bridge, Policy = policy, Tariff = tariff,
            Pool = category is MachineCategory.Printer3D ? DemoIds.Printers : null,
        });
        db.Add(new DeskRow { Machine = id, Desired = DesiredState.Initial });
    }

    private MemberId AddAccount(int number, string email, string name)
    {
        var account = new Account
        {
            Id = DemoIds.Numbered(number), DisplayName = name, Email = email, UserName = email, EmailConfirmed = true, LockoutEnabled = true,
            NormalizedEmail = normalizer.NormalizeEmail(email), NormalizedUserName = normalizer.NormalizeName(email), SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        account.PasswordHash = hasher.HashPassword(account, DemoIds.Password);
        db.Add(account);
        return new MemberId(account.Id);
    }

    private SiteMembershipRow Membership(SiteId site, MemberId member, MembershipState state) =>
        new() { Site = site, Member = member, State = state, Origin = MembershipOrigin.Registration, Since = clock.Now };

    private static RoleGrantRow Grant(int number, MemberId member, StaffRole role, SiteId? site) =>
        new() { Id = DemoIds.Numbered(number), Member = member, Role = role, Site = site };
}
