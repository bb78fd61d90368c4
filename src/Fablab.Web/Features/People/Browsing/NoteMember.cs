using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.People.Browsing;

/// <param name="Site">Code of the site whose staff shall read it.</param>
public sealed record MemberNoteRequest([property: Required, StringLength(40)] string Site, [property: Required, StringLength(2000, MinimumLength = 1)] string Text);

/// <param name="Site">Code of the site whose staff read it.</param>
internal sealed record MemberNoteResponse(Guid Id, string Site, string Text, Guid By, Instant At);

/// <summary>Staff of a site write something down for each other. Nothing is changed or taken away afterwards.</summary>
internal sealed class NoteMember(FablabDb db, ReadMembers members, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<MemberNoteResponse>> ExecuteAsync(MemberId member, MemberNoteRequest request, CancellationToken ct)
    {
        if (await members.OneAsync(member, ct) is not { } found || found.Sites.FirstOrDefault(site => site.Code == request.Site) is not { } site || !me.May(Right.NoteMembers, Subject.At(site.Id)))
        {
            return new NoSuchThing("member");
        }

        var note = new MemberNoteRow { Id = Guid.CreateVersion7(), Member = member, Site = site.Id, Text = StorableText.Of(request.Text.Trim()), By = me.Id, At = clock.Now };
        await LabTransaction.RunAsync(db, [], () =>
        {
            db.Add(note);
            audit.Note("member-noted", $"member-note/{note.Id}", site: site.Id, concerns: member);
            return db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return new MemberNoteResponse(note.Id, site.Code, note.Text, note.By.Value, note.At);
    }
}
