using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Badges;
using Fablab.Web.Features.Pairing;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Demo;

/// <summary>Kiosks that any browser becomes with a code that everybody knows, a badge to type there, and somebody who is in.</summary>
internal sealed class DemoPresence(FablabDb db, BadgeNumbers numbers, LabClock clock)
{
    /// <summary>Of the door of the atelier.</summary>
    public const string DoorCode = "DMDR-2345-2345";

    /// <summary>Of the mill.</summary>
    public const string MillCode = "DMCN-2345-2345";

    /// <summary>Malo's.</summary>
    public const string BadgeNumber = "77001234";

    private static readonly Duration CodesLast = Duration.FromDays(365);

    private static readonly Duration DemoVisit = Duration.FromHours(10);

    /// <summary>Not within a transaction, as <see cref="BadgeNumbers.HashAsync"/> says.</summary>
    public Task<string> HashBadgeAsync(CancellationToken ct) => numbers.HashAsync(BadgeNumber, ct);

    public void Add(string badgeHash)
    {
        var (maker, manager) = (new MemberId(DemoIds.Numbered(71)), new MemberId(DemoIds.Numbered(73)));
        db.Add(Kiosk(95, "North door", null, DoorCode, manager));
        db.Add(Kiosk(96, "Beside the mill", DemoIds.Cnc1, MillCode, manager));
        db.Add(new BadgeRow { Id = DemoIds.Numbered(97), Member = maker, Hash = badgeHash, Label = "Blue card", By = manager, At = clock.Now });
        db.Add(new Visit
        {
            Id = new VisitId(DemoIds.Numbered(98)), Member = manager, Site = DemoIds.Atelier, ArrivedAt = clock.Now, ArrivedBy = Told.FrontDesk, ClosesAt = clock.Now + DemoVisit,
        });
    }

    private KioskRow Kiosk(int number, string name, Fablab.Domain.Machines.MachineId? machine, string code, MemberId by)
    {
        var kiosk = new KioskRow { Id = new KioskId(DemoIds.Numbered(number)), Site = DemoIds.Atelier, Machine = machine, Name = name, By = by, At = clock.Now };
        kiosk.Offer(code, clock.Now, new PairingOptions { Minutes = (int)CodesLast.TotalMinutes });
        return kiosk;
    }
}
