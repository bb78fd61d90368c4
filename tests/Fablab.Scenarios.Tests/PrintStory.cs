using System.Text.Json.Nodes;
using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>One member's print on one printer, step by step through the API.</summary>
internal sealed class PrintStory(RunningLab lab, LabClient maker, string machine)
{
    /// <summary>The bridge hears of a start and of an end a little after the printer began to count.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(3);

    private readonly string _bookingKey = Guid.NewGuid().ToString();
    private UploadedJob? _job;
    private Wanted? _wanted;

    public UploadedJob Job => _job ?? throw new InvalidOperationException("Nothing was uploaded yet.");

    public Guid Reservation { get; private set; }

    private Wanted Wanted => _wanted ?? throw new InvalidOperationException("Nothing was booked yet.");

    public async Task UploadAsync() => _job = await maker.UploadPuckAsync(machine);

    /// <param name="startsIn">One may check in before the start; an unattended job waits for it.</param>
    public async Task BookAsync(TimeSpan startsIn = default)
    {
        await WantAsync(startsIn);
        Reservation = (Guid)(await maker.BookAsync(Wanted, _bookingKey))["id"]!;
    }

    /// <summary>Books while <paramref name="crash"/> happens, which begins when the request has just left; then asks again.</summary>
    /// <returns>What the first request was told, if it was told anything.</returns>
    public async Task<Guid?> BookDuringAsync(Func<Task> crash, TimeSpan startsIn)
    {
        await WantAsync(startsIn);
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = AnswerOrNothingAsync(maker.BookAsync(Wanted, _bookingKey, sent.SetResult));
        await Task.WhenAny(sent.Task, asked);
        await crash();
        var told = await asked;
        Reservation = await BookAgainAsync();
        return told;
    }

    /// <summary>What a client does that did not hear the answer: the same request with the same key.</summary>
    public async Task<Guid> BookAgainAsync() => (Guid)(await maker.BookAsync(Wanted, _bookingKey))["id"]!;

    /// <summary>Reservations with this job, as the database has them.</summary>
    public long Bookings() => lab.Records.ReservationsOf(Job.Id);

    public Task CheckInAsync() => maker.CheckInAsync(Reservation);

    /// <summary>The bridge has the job's file: it took the job and may ask the printer at any moment.</summary>
    public Task SeeAcceptedAsync(string bridge) => Eventually.BeSoAsync("a job that the bridge accepted", Limits.Print, () =>
        Task.FromResult(Directory.EnumerateFiles(Path.Combine(lab.Records.BridgeFolder(bridge), "jobs"), $"{Job.Id:N}*").Any()));

    public Task SeeStartedAsync() => SeeAtPrinterAsync("PrintStarted");

    public Task SeeDoneAsync() => SeeAtPrinterAsync("PrintDone");

    public Task SeeClosingAsync() => Eventually.BeSoAsync("a session that closes", Limits.Print, async () =>
        (await maker.SessionsAsync(Reservation)).Any(session => (string)session["state"]! is "closing" or "closed"));

    public Task<JsonNode> SeeClosedAsync() => maker.SeeSessionClosedAsync(Reservation);

    public async Task<int> StartsAsync() => (await lab.SeenOfJobAsync(machine, Job.Id)).Count(line => line.StartsWith("PrintStarted", StringComparison.Ordinal));

    /// <summary>As the owner of the start-up sees them; its members do not.</summary>
    public async Task<IReadOnlyList<JsonNode>> ChargesAsync()
    {
        using var owner = await lab.SignInAsync(People.Owner);
        return await owner.ChargesAsync(People.Startup, Reservation);
    }

    /// <summary>Calendar, machine, meter and charge tell the same story.</summary>
    /// <param name="crashes">Each may cost the meter a second.</param>
    /// <param name="mayNotHaveStarted">A crash between intent and start: nobody may start it a second time, so it may not have started at all.</param>
    public async Task AgreeAsync(int crashes = 0, bool mayNotHaveStarted = false)
    {
        var session = await SeeClosedAsync();
        var id = (Guid)session["id"]!;
        var reservation = await maker.ReservationAsync(Reservation);
        var starts = await StartsAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(starts, Is.InRange(mayNotHaveStarted ? 0 : 1, 1), "starts of the job at the printer");
            Assert.That((string?)reservation["state"], Is.EqualTo("completed"));
            Assert.That(lab.Records.JournalledMilliseconds(id), Is.EqualTo((long)session["totalMilliseconds"]!), "slices in the journal against the session's total");
            Assert.That((string?)session["reviewReason"], Is.Null);
            Assert.That(lab.Records.Quarantined(), Is.Zero, "messages put aside");
        }

        if (starts == 1)
        {
            await AgreeWithPrinterAsync(session, crashes);
        }
        else
        {
            await AgreeOnNothingAsync(session);
        }
    }

    /// <summary>The printer never began: the job says so, for ever, and nobody pays for printing.</summary>
    private async Task AgreeOnNothingAsync(JsonNode session)
    {
        var job = await maker.JobAsync(Job.Id);
        var charges = await ChargesAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)job["state"], Is.AnyOf("failed", "unknown", "rejected"), $"the job that did not start, {job["reason"]}");
            Assert.That((long)session["activeMilliseconds"]!, Is.Zero, "metered work");
            Assert.That(charges, Is.Empty, "charges");
        }
    }

    private async Task AgreeWithPrinterAsync(JsonNode session, int crashes)
    {
        var printed = await PrintedAsync();
        var job = await maker.JobAsync(Job.Id);
        var charges = await ChargesAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(printed, Is.Not.Null, "the print went on to its end");
            Assert.That((string?)job["state"], Is.EqualTo("succeeded"));
            Assert.That(
                (long)session["activeMilliseconds"]! / 1000.0,
                Is.EqualTo(printed ?? 0).Within(Tolerance.TotalSeconds + crashes),
                $"metered seconds, {session["recoveredMilliseconds"]} ms of them recovered, against the printer's own count");
            Assert.That(charges, Has.Count.EqualTo(1), "charges");
            Assert.That(charges.Select(charge => (Guid?)charge["projectId"]), Has.All.EqualTo(People.Drone));
        }
    }

    private async Task WantAsync(TimeSpan startsIn)
    {
        if (_job is null)
        {
            await UploadAsync();
        }

        _wanted = new Wanted(machine, Minutes: 30) { Job = Job.Id, Project = People.Drone, Start = TimeProvider.System.GetUtcNow() + startsIn };
    }

    private static async Task<Guid?> AnswerOrNothingAsync(Task<JsonNode> asked)
    {
        try
        {
            return (Guid?)(await asked)["id"];
        }
        catch (HttpRequestException)
        {
            // Cut off by the crash: nobody knows what became of it.
            return null;
        }
    }

    /// <returns>The printer's own count in seconds, or <see langword="null"/> when it printed nothing.</returns>
    private async Task<double?> PrintedAsync()
    {
        var done = (await lab.SeenOfJobAsync(machine, Job.Id)).FirstOrDefault(line => line.StartsWith("PrintDone", StringComparison.Ordinal));
        return done is null ? null : double.Parse(done.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task SeeAtPrinterAsync(string what) => Eventually.BeSoAsync($"{what} at {machine}", Limits.Print, async () =>
        (await lab.SeenOfJobAsync(machine, Job.Id)).Any(line => line.StartsWith(what, StringComparison.Ordinal)));
}
