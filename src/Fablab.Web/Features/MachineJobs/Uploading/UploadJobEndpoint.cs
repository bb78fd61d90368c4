using Fablab.Domain.MachineJobs;
using Fablab.Domain.MachineJobs.Gcode;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.MachineJobs.Uploading;

/// <param name="EstimateSeconds">How long it is thought to take; left out when the file does not tell.</param>
internal sealed record JobResponse(
    Guid Id, string FileName, string Sha256, long Bytes, MachineJobState State, JobIntent Intent, long? EstimateSeconds, double? FilamentMillimetres, string? Reason)
{
    public static JobResponse From(MachineJob job) => new(
        job.Id.Value, job.FileName, job.Sha256, job.Bytes, job.State, job.Intent, (long?)job.Estimate?.TotalSeconds, job.FilamentMillimetres, job.Reason);
}

internal sealed record UploadedJobResponse(JobResponse Job, GcodeAnalysisResponse Analysis);

internal sealed record GcodeAnalysisResponse(string? Slicer, string? Material, double? FilamentGrams, double? NozzleCelsius, double? BedCelsius, long Lines)
{
    public static GcodeAnalysisResponse From(GcodeAnalysis a) => new(a.Slicer, a.Material, a.FilamentGrams, a.NozzleCelsius, a.BedCelsius, a.Lines);
}

internal static class UploadJobEndpoint
{
    public const long OtherFieldsBytes = 1024 * 1024;

    public static void MapUploadJob(this IEndpointRouteBuilder jobs)
    {
        // The file and a little for the fields beside it.
        var limit = jobs.ServiceProvider.GetRequiredService<IOptions<MachineJobOptions>>().Value.LargestBytes + OtherFieldsBytes;
        jobs.MapPost("/", HandleAsync)
            .WithName("UploadJob")
            .WithSummary("Upload a G-code file for a machine (multipart: file, machine)")
            .WithRefusals("not-found", "no-job-control", "file-too-large", "program-refused", "job-files-full")
            .WithMetadata(new RequestSizeLimitAttribute(limit))
            .WithFormOptions(multipartBodyLengthLimit: limit)
            .DisableAntiforgery();
        jobs.MapGet("/{id:guid}", OneAsync).WithName("GetJob").WithSummary("One job of mine").WithRefusals("not-found");
    }

    private static async Task<Results<Created<UploadedJobResponse>, ProblemHttpResult>> HandleAsync(
        IFormFile file, [FromForm] string machine, UploadJob uploadJob, CurrentMember me, CancellationToken ct)
    {
        await using var content = file.OpenReadStream();
        var result = await uploadJob.ExecuteAsync(me.Id, machine, file.FileName, content, ct);

        return result.Match<Results<Created<UploadedJobResponse>, ProblemHttpResult>>(
            uploaded => TypedResults.Created(
                $"{ApiFeature.Base}/jobs/{uploaded.Job.Id}",
                new UploadedJobResponse(JobResponse.From(uploaded.Job), GcodeAnalysisResponse.From(uploaded.Analysis))),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<JobResponse>, ProblemHttpResult>> OneAsync(Guid id, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var wanted = new MachineJobId(id);
        var mine = me.Id;
        return await db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == wanted && job.Member == mine, ct) is { } job
            ? TypedResults.Ok(JobResponse.From(job))
            : new NoSuchThing("job").ToProblem();
    }
}
