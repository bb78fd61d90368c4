using System.Text.Json;
using Fablab.Domain;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Reservations.Rules.Replaying;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>What is told above a draft.</summary>
public enum DraftTold
{
    Nothing,
    Kept,
    NoteMissing,
    NoDays,

    /// <summary>Another version was published since the draft began.</summary>
    Overtaken,
    Rebased,
}

/// <summary>
/// The steps of editing a draft, each a form that carries the whole draft. Only publishing writes; everything else answers with the
/// page that the step leads to.
/// </summary>
internal sealed class DraftPages(EditRules edit, ReplayRules replay, ReadRuleBooks books, ReadRuleNames names)
{
    public async Task<IResult> ShowAsync(
        RulesPlace place, DraftForm draft, CancellationToken ct, DraftTold told = DraftTold.Nothing, ReplayOutcome? outcome = null, ReplayTooLarge? tooLarge = null)
    {
        var began = await books.VersionAsync(place.Site, draft.Base, ct) ?? RuleBookView.None;
        return PageResults.Page<RulesDraftPage>(
            new
            {
                Place = place,
                Draft = draft,
                Changes = DraftChanges.Of(draft.Rules, began.Rules),
                Names = await names.ForAsync(place.Site, ct),
                Told = told,
                Newest = told is DraftTold.Overtaken ? await books.VersionAsync(place.Site, null, ct) : null,
                Outcome = outcome,
                TooLarge = tooLarge,
            },
            (told, tooLarge) switch
            {
                (DraftTold.Overtaken, _) => StatusCodes.Status412PreconditionFailed,
                (DraftTold.NoteMissing or DraftTold.NoDays, _) or (_, not null) => StatusCodes.Status422UnprocessableEntity,
                _ => StatusCodes.Status200OK,
            });
    }

    public async Task<IResult> ActAsync(RulesPlace place, IFormCollection form, CancellationToken ct)
    {
        var (act, draft, text) = (form["act"].ToString(), DraftForm.Posted(form), form["draft"].ToString());
        var (rules, troubles) = RulesText.Read(text);
        if (rules is null)
        {
            return Text(place, draft, text, troubles, isCarried: false);
        }

        draft = draft with { Rules = rules };
        return act.Split(':', 2) switch
        {
            ["add"] => RuleForm.New(form["kind"].ToString(), place.Zone) is { } empty ? await FormAsync(place, draft, empty, ct) : await ShowAsync(place, draft, ct),
            ["change", var id] => Find(draft.Rules, id) is { } rule ? await FormAsync(place, draft, RuleForm.For(rule, place.Zone), ct) : await ShowAsync(place, draft, ct),
            ["remove", var id] => await ShowAsync(place, Find(draft.Rules, id) is { } rule ? draft.Without(rule.Id) : draft, ct, DraftTold.Kept),
            ["restore", var id] => await RestoreAsync(place, draft, id, ct),
            ["put"] => await PutAsync(place, draft, form, ct),
            ["text"] => Text(place, draft, draft.Text, [], isCarried: true),
            ["take-text"] => await TakeTextAsync(place, draft, form["text"].ToString(), ct),
            ["try"] => await TryAsync(place, draft, ct),
            ["publish"] => await PublishAsync(place, draft, ct),
            ["rebase"] => await RebaseAsync(place, draft, ct),
            [""] => await ShowAgainAsync(place, draft, form, ct),
            _ => await ShowAsync(place, draft, ct),
        };
    }

    private static BookingRule? Find(IReadOnlyList<BookingRule> rules, string id) =>
        Guid.TryParse(id, out var wanted) ? rules.FirstOrDefault(rule => rule.Id.Value == wanted) : null;

    private async Task<IResult> FormAsync(RulesPlace place, DraftForm draft, RuleForm rule, CancellationToken ct) => PageResults.Page<RuleFormPage>(
        new { Place = place, Draft = draft, Rule = rule, Names = await names.ForAsync(place.Site, ct) },
        rule.Troubles.Count > 0 || rule.Malformed is not null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    /// <param name="isCarried">The draft itself can be read, so that one can go back to it.</param>
    private static IResult Text(RulesPlace place, DraftForm draft, string text, IReadOnlyList<TextTrouble> troubles, bool isCarried) => PageResults.Page<RulesTextPage>(
        new { Place = place, Draft = draft, Text = text, Troubles = troubles, IsCarried = isCarried },
        troubles.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    /// <summary>In another language: whichever page it was, as it was filled in.</summary>
    private async Task<IResult> ShowAgainAsync(RulesPlace place, DraftForm draft, IFormCollection form, CancellationToken ct) => form["page"].ToString() switch
    {
        "rule" when RuleForm.Posted(form, place.Zone) is { } typed => await FormAsync(place, draft, typed, ct),
        "text" => Text(place, draft, form["text"].ToString(), [], isCarried: true),
        _ => await ShowAsync(place, draft, ct),
    };

    private async Task<IResult> RestoreAsync(RulesPlace place, DraftForm draft, string id, CancellationToken ct)
    {
        var began = await books.VersionAsync(place.Site, draft.Base, ct) ?? RuleBookView.None;
        return await ShowAsync(place, Find(began.Rules, id) is { } rule ? draft.With(rule) : draft, ct, DraftTold.Kept);
    }

    private async Task<IResult> PutAsync(RulesPlace place, DraftForm draft, IFormCollection form, CancellationToken ct)
    {
        if (RuleForm.Posted(form, place.Zone) is not { } typed)
        {
            return await ShowAsync(place, draft, ct);
        }

        var (rule, again) = typed.Read();
        if (rule is null)
        {
            return await FormAsync(place, draft, again, ct);
        }

        var next = draft.With(rule);
        return next.Rules.Count > EditRules.MostRules
            ? await FormAsync(place, draft, again with { Malformed = new RulesMalformed("", "too-many") }, ct)
            : await ShowAsync(place, next, ct, DraftTold.Kept);
    }

    private async Task<IResult> TakeTextAsync(RulesPlace place, DraftForm draft, string text, CancellationToken ct)
    {
        var (rules, troubles) = RulesText.Read(text);
        return rules is null ? Text(place, draft, text, troubles, isCarried: true) : await ShowAsync(place, draft with { Rules = rules }, ct, DraftTold.Kept);
    }

    private async Task<IResult> TryAsync(RulesPlace place, DraftForm draft, CancellationToken ct)
    {
        if (draft.Window(place.Zone) is not { } window)
        {
            return await ShowAsync(place, draft, ct, DraftTold.NoDays);
        }

        return (await replay.ExecuteAsync(place.Site, draft.Rules, window, ct)).TryGet(out var outcome, out var refusal)
            ? await ShowAsync(place, draft, ct, outcome: outcome)
            : refusal is ReplayTooLarge tooLarge ? await ShowAsync(place, draft, ct, tooLarge: tooLarge) : PageResults.NotFound();
    }

    private async Task<IResult> PublishAsync(RulesPlace place, DraftForm draft, CancellationToken ct)
    {
        if (!draft.HasNote)
        {
            return await ShowAsync(place, draft, ct, DraftTold.NoteMissing);
        }

        var rules = JsonDocument.Parse(draft.Json).RootElement;
        return (await edit.SaveAsync(place.Site, rules, draft.Note, VersionTag.Of(draft.Base), ct)).TryGet(out _, out var refusal) ? Go.To($"{place.Address}?done=published")
            : refusal is StaleVersion ? await ShowAsync(place, draft, ct, DraftTold.Overtaken)
            : PageResults.NotFound();
    }

    private async Task<IResult> RebaseAsync(RulesPlace place, DraftForm draft, CancellationToken ct)
    {
        var newest = (await books.VersionAsync(place.Site, null, ct))!;
        return await ShowAsync(place, draft with { Base = newest.Version }, ct, DraftTold.Rebased);
    }
}
