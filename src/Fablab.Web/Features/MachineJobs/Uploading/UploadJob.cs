using System.Text;
using Fablab.Domain;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.MachineJobs.Gcode;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.MachineJobs.Uploading;

/// <summary>The program must not run on this machine, with every reason, its line and what to do.</summary>
public sealed record ProgramRefused(IReadOnlyList<GcodeProblem> Problems) : Refusal("program-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["problems"] = Problems };
}

/// <summary>The machine has no controller that runs files.</summary>
public sealed record NoJobControl() : Refusal("no-job-control");

/// <summary>The files that the member sent before leave no room for this one until some are deleted.</summary>
/// <param name="LimitBytes">Of all that a member keeps.</param>
public sealed record JobFilesFull(long LimitBytes, long KeptBytes) : Refusal("job-files-full")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["limitBytes"] = LimitBytes, ["keptBytes"] = KeptBytes };
}

/// <summary>A job that was taken, with what its file says about itself.</summary>
internal sealed record UploadedJob(MachineJob Job, GcodeAnalysis Analysis);

/// <summary>Takes a job file for one machine: reads it whole once, and keeps it, under its digest, only if the machine may run it.</summary>
internal sealed class UploadJob(FablabDb db, JobFiles files, IOptions<MachineJobOptions> options)
{
    private const int LongestName = 200;

    public async Task<Result<UploadedJob>> ExecuteAsync(MemberId me, string machineCode, string fileName, Stream content, CancellationToken ct)
    {
        var machine = await db.Machines.AsNoTracking().SingleOrDefaultAsync(m => m.Code == machineCode, ct);
        if (machine is null)
        {
            return new NoSuchThing("machine");
        }

        if (machine.Bridge is null || machine.Category is MachineCategory.LaserCutter or MachineCategory.Other)
        {
            return new NoJobControl();
        }

        try
        {
            using var received = await files.ReceiveAsync(content, options.Value.LargestBytes, ct);
            return await TakeAsync(me, machine, fileName, received, ct);
        }
        catch (FileTooLargeException)
        {
            return new FileTooLarge(options.Value.LargestBytes);
        }
    }

    private async Task<Result<UploadedJob>> TakeAsync(MemberId me, MachineRow machine, string fileName, ReceivedFile received, CancellationToken ct)
    {
        var analysis = await Task.Run(() => Analyse(received, machine.Policy.Profile), ct);
        if (!analysis.IsAccepted)
        {
            return new ProgramRefused(analysis.Problems);
        }

        var job = new MachineJob
        {
            Id = new MachineJobId(Guid.CreateVersion7()),
            Member = me,
            Machine = machine.Id,
            FileName = NameFor(fileName),
            Sha256 = received.Sha256,
            Bytes = received.Bytes,
            Estimate = analysis.Estimate,
            FilamentMillimetres = analysis.FilamentMillimetres,
            State = MachineJobState.Waiting,
            Intent = JobIntent.Run,
        };
        var isKept = false;
        var result = await LabTransaction.DecideHoldingAsync<MachineJob>(db, [me.Value], async () =>
        {
            if (await KeptBesideAsync(me, job.Sha256, ct) is var kept && kept + job.Bytes > options.Value.LargestBytesOfMember)
            {
                return new JobFilesFull(options.Value.LargestBytesOfMember, kept);
            }

            if (!isKept)
            {
                // Before the row, which has its file from the first; the decision may be made anew.
                files.Keep(received);
                isKept = true;
            }

            db.Add(job);
            await db.SaveChangesAsync(ct);
            return job;
        }, ct);
        return result.TryGet(out var taken, out var refusal) ? new UploadedJob(taken, analysis) : refusal;
    }

    /// <returns>Bytes of the member's other files that lie here. A file that several sent counts for each.</returns>
    private async Task<long> KeptBesideAsync(MemberId me, string sha256, CancellationToken ct)
    {
        var sent = await db.MachineJobs.AsNoTracking().Where(one => one.Member == me && one.Sha256 != sha256).Select(one => new { one.Sha256, one.Bytes }).Distinct().ToListAsync(ct);
        return sent.Where(one => files.Has(one.Sha256)).Sum(one => one.Bytes);
    }

    private static GcodeAnalysis Analyse(ReceivedFile received, MachineProfile profile)
    {
        using var reader = new StreamReader(received.Path, Encoding.UTF8);
        return GcodeAnalyzer.Analyze(reader, profile);
    }

    /// <summary>The last part of what the browser called it, without what would confuse a reader; only ever shown, never used as a path.</summary>
    private static string NameFor(string fileName)
    {
        var name = new string([.. Path.GetFileName(fileName.Replace('\\', '/')).Where(c => !char.IsControl(c))]).Trim();
        return name.Length == 0 ? "job.gcode" : name[..Math.Min(name.Length, LongestName)];
    }
}
