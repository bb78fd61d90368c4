using System.Globalization;
using Fablab.Domain.Reservations;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.Extensions.Primitives;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Bundles;

/// <summary>What is typed to book several machines together, kept as typed.</summary>
public sealed record BundleForm
{
    public const int FewestMachines = 2;

    public const int MostMachines = 20;

    public required BookingForm When { get; init; }

    /// <summary>Codes of the chosen machines and pools; one after the other in this order, when so wished.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>One after the other instead of all at the same time.</summary>
    public bool IsSequence { get; init; }

    /// <summary>When each of a sequence begins, as it was found and shown.</summary>
    public IReadOnlyDictionary<string, Instant> Starts { get; init; } = new Dictionary<string, Instant>();

    /// <summary>The file that each runs, if any.</summary>
    public IReadOnlyDictionary<string, Guid> Jobs { get; init; } = new Dictionary<string, Guid>();

    /// <summary>Whom each is charged to, where that is not as for all.</summary>
    public IReadOnlyDictionary<string, Guid> Projects { get; init; } = new Dictionary<string, Guid>();

    public string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"{When.Fingerprint} {IsSequence} {string.Join('+', Codes.Select(Mark))}");

    public bool HasEnough => Codes.Count is >= FewestMachines and <= MostMachines;

    public static string NameOfJob(string code) => $"job.{code}";

    public static string NameOfFile(string code) => $"file.{code}";

    public static string NameOfProject(string code) => $"project.{code}";

    public static string NameOf(string code) => $"m.{code}";

    public static string NameOfPlace(string code) => $"place.{code}";

    public static string NameOfStart(string code) => $"start.{code}";

    /// <param name="bookables">Of the site; nothing else can be chosen.</param>
    public static BundleForm From(IFormCollection posted, IReadOnlyList<MachineView> bookables)
    {
        var codes = Chosen(name => posted[name], bookables);
        return new BundleForm
        {
            When = BookingForm.From(posted) with { Job = null },
            Codes = [.. codes.OrderBy(code => int.TryParse(posted[NameOfPlace(code)], NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : int.MaxValue)],
            IsSequence = posted["order"] == "sequence",
            Jobs = Ids(codes, NameOfJob),
            Projects = Ids(codes, NameOfProject),
            Starts = codes
                .Select(code => (Code: code, Start: InstantPattern.General.Parse(posted[NameOfStart(code)].ToString())))
                .Where(one => one.Start.Success)
                .ToDictionary(one => one.Code, one => one.Start.Value),
        };

        Dictionary<string, Guid> Ids(IReadOnlyList<string> of, Func<string, string> nameOf) => of
            .Select(code => (Code: code, Id: Guid.TryParse(posted[nameOf(code)], out var id) ? id : (Guid?)null))
            .Where(one => one.Id is not null)
            .ToDictionary(one => one.Code, one => one.Id!.Value);
    }

    public static IReadOnlyList<string> Chosen(Func<string, StringValues> valueOf, IReadOnlyList<MachineView> bookables) =>
        [.. bookables.Select(view => view.Code).Where(code => valueOf(NameOf(code)) == "on")];

    /// <param name="slot">Of all, or where a sequence is looked for from.</param>
    /// <returns><see langword="null"/> when it is not known yet when each begins.</returns>
    public BookBundleRequest? RequestFor(TimeSlot slot)
    {
        if (IsSequence && Codes.Any(code => !Starts.ContainsKey(code)))
        {
            return null;
        }

        return new BookBundleRequest { ProjectId = When.Project, Title = When.Title, ForMember = When.ForMember, Company = When.Company, Parts = [.. Codes.Select(Part)] };

        BundlePartRequest Part(string code)
        {
            var start = IsSequence ? Starts[code] : slot.Start;
            return new BundlePartRequest
            {
                Machine = code,
                Start = start,
                End = start + slot.Length,
                JobId = Jobs.TryGetValue(code, out var job) ? job : null,
                ProjectId = Projects.TryGetValue(code, out var project) ? project : null,
            };
        }
    }

    private string Mark(string code) => string.Create(
        CultureInfo.InvariantCulture, $"{code}@{(Starts.TryGetValue(code, out var start) ? start.ToString() : "")}/{Jobs.GetValueOrDefault(code)}/{Projects.GetValueOrDefault(code)}");
}

/// <summary>Why what is typed is no bundle.</summary>
public enum BundleTrouble
{
    None,
    TooFew,
    TooMany,

    /// <summary>They do not fit behind each other within the days that are looked at.</summary>
    NoSequence,
}
