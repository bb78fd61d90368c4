using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Machines.Browsing;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;

namespace Fablab.Web.Features.Machines.Mending;

/// <summary>The forms on a machine's page: reporting a problem, and what staff do about it.</summary>
internal static class FaultPages
{
    public static void MapFaultPages(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/machines/{code}/faults", ReportAsync);
        pages.MapPost("/machines/{code}/faults/{id:guid}", MendAsync);
    }

    private static async Task<IResult> ReportAsync(
        string code, HttpContext http, ReadMachines machines, MachinePageModel page, ReportFault report, IdempotentRequest idempotent, CurrentMember me, CancellationToken ct)
    {
        if (await machines.MachineAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var form = FaultForm.Read(await http.Request.ReadFormAsync(ct));
        if (!form.IsReadable)
        {
            return await page.ShowAsync(view, null, ct, form, "text");
        }

        idempotent.Begin(me.Id, form.Key, http.Request, form);
        var reported = await idempotent.OnceAsync(() => report.ExecuteAsync(code, form.Text, form.IsDangerous, ct), fault => fault.Id);
        return reported.TryGet(out _, out var refusal) ? Done(code) : await page.ShowAsync(view, null, ct, form, refusal.Code);
    }

    private static async Task<IResult> MendAsync(
        string code, Guid id, HttpContext http, ReadMachines machines, MachinePageModel page, MendFaults mend, CurrentMember me, CancellationToken ct)
    {
        if (await machines.MachineAsync(code, ct) is not { } view || !me.May(Right.MendFaults, Subject.At(view.Site.Id)))
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var (act, done) = (posted["act"].ToString(), PostedText.Of(posted, "done"));
        if (act is not ("stop" or "resume") && !FaultForm.IsText(done))
        {
            return await page.ShowAsync(view, null, ct, null, "done");
        }

        var result = act is "stop" or "resume" ? await mend.StopBookingsAsync(id, act == "stop", ct) : await mend.CloseAsync(id, done, ct);
        return result.TryGet(out _, out var refusal) ? Done(code)
            : refusal is NoSuchThing or NotAllowed ? PageResults.NotFound() : await page.ShowAsync(view, null, ct, null, refusal.Code);
    }

    private static SeeOther Done(string code) => Go.To($"/machines/{code}#faults");
}
