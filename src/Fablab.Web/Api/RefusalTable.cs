using Fablab.Domain;
using Fablab.Domain.Reservations;

namespace Fablab.Web.Api;

/// <summary>What every refusal is to HTTP: its status and a title for people. <c>docs/refusals.md</c> tells the same; a test compares.</summary>
internal static class RefusalTable
{
    public static IReadOnlyDictionary<string, RefusalAnswer> Answers { get; } = new Dictionary<string, RefusalAnswer>
    {
        ["account-refused"] = new(StatusCodes.Status422UnprocessableEntity, "The account cannot be made like this"),
        ["account-suspended"] = new(StatusCodes.Status403Forbidden, "You are suspended from the whole lab"),
        ["badge-in-use"] = new(StatusCodes.Status409Conflict, "A badge with this number counts already"),
        ["badge-unreadable"] = new(StatusCodes.Status422UnprocessableEntity, "This is no number of a badge"),
        ["booking-refused"] = new(StatusCodes.Status422UnprocessableEntity, "This cannot be booked"),
        ["busy"] = new(StatusCodes.Status503ServiceUnavailable, "Too much at once; try again in a moment"),
        ["confirmation-needed"] = new(StatusCodes.Status403Forbidden, "Prove again that it is you"),
        ["fault-closed"] = new(StatusCodes.Status409Conflict, "The fault is closed already"),
        ["file-too-large"] = new(StatusCodes.Status413PayloadTooLarge, "The file is too large"),
        ["foreign-site"] = new(StatusCodes.Status403Forbidden, "Another site's page sent this; use the lab's own pages or an access token"),
        ["group-code-taken"] = new(StatusCodes.Status409Conflict, "Another group has this code"),
        ["group-membership-refused"] = new(StatusCodes.Status422UnprocessableEntity, "They cannot be in the group like this"),
        ["handover-is-over"] = new(StatusCodes.Status409Conflict, "The offer can no longer be taken"),
        ["handover-pending"] = new(StatusCodes.Status409Conflict, "The reservation is offered to somebody already"),
        ["idempotency-key-reused"] = new(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for another request"),
        ["invitation-needed"] = new(StatusCodes.Status403Forbidden, "Staff of the site invite its members"),
        ["job-is-over"] = new(StatusCodes.Status409Conflict, "The job can no longer be changed"),
        ["import-unreadable"] = new(StatusCodes.Status422UnprocessableEntity, "The file cannot be read"),
        ["invitation-refused"] = new(StatusCodes.Status422UnprocessableEntity, "Nobody can be invited like this"),
        ["last-owner"] = new(StatusCodes.Status409Conflict, "The organisation needs an owner"),
        ["last-administrator"] = new(StatusCodes.Status409Conflict, "Somebody has to be left who can give roles"),
        ["machine-out-of-order"] = new(StatusCodes.Status409Conflict, "The machine is out of order"),
        ["machine-still-in-use"] = new(StatusCodes.Status409Conflict, "The machine is still in use"),
        ["mail-preferences-refused"] = new(StatusCodes.Status422UnprocessableEntity, "Mail cannot be chosen like this"),
        ["malformed-request"] = new(StatusCodes.Status400BadRequest, "The request cannot be read"),
        ["membership-answered"] = new(StatusCodes.Status409Conflict, "Somebody answered already"),
        ["membership-refused"] = new(StatusCodes.Status409Conflict, "The site's managers said no"),
        ["no-job"] = new(StatusCodes.Status409Conflict, "There is no job to act on"),
        ["no-job-control"] = new(StatusCodes.Status422UnprocessableEntity, "This machine takes no job files"),
        ["no-session-open"] = new(StatusCodes.Status409Conflict, "Nobody is using the machine"),
        ["no-open-offer"] = new(StatusCodes.Status409Conflict, "No time is kept for this wish"),
        ["no-reservation"] = new(StatusCodes.Status404NotFound, "There is no such reservation at hand"),
        ["not-allowed"] = new(StatusCodes.Status403Forbidden, "This is not yours to do"),
        ["not-authorised"] = new(StatusCodes.Status403Forbidden, "A valid machine authorisation is needed"),
        ["not-found"] = new(StatusCodes.Status404NotFound, "There is no such thing"),
        ["nothing-to-invoice"] = new(StatusCodes.Status409Conflict, "There is nothing left to invoice for that month"),
        ["not-requested"] = new(StatusCodes.Status409Conflict, "It does not wait for an answer"),
        ["organisation-known"] = new(StatusCodes.Status409Conflict, "The lab knows this organisation; ask one of its owners for an invitation"),
        ["organisation-refused"] = new(StatusCodes.Status422UnprocessableEntity, "The organisation cannot be written like this"),
        ["period-not-over"] = new(StatusCodes.Status422UnprocessableEntity, "The month is not over yet"),
        ["project-not-yours"] = new(StatusCodes.Status409Conflict, "The project can no longer be charged for you"),
        ["project-refused"] = new(StatusCodes.Status422UnprocessableEntity, "The project or limit cannot be like this"),
        ["program-refused"] = new(StatusCodes.Status422UnprocessableEntity, "The program cannot be run on this machine"),
        ["push-refused"] = new(StatusCodes.Status422UnprocessableEntity, "This browser cannot be sent to"),
        ["quiz-too-soon"] = new(StatusCodes.Status409Conflict, "The last attempt was only just now"),
        ["renewal-needs-training"] = new(StatusCodes.Status422UnprocessableEntity, "Only a training renews this authorisation"),
        ["replay-too-large"] = new(StatusCodes.Status422UnprocessableEntity, "That is too much of the past to try rules on"),
        ["reservation-not-changeable"] = new(StatusCodes.Status409Conflict, "The reservation can no longer be changed like this"),
        ["reservation-is-over"] = new(StatusCodes.Status409Conflict, "The reservation can no longer be cancelled"),
        ["rules-malformed"] = new(StatusCodes.Status422UnprocessableEntity, "These are no rules"),
        ["second-factor-needed"] = new(StatusCodes.Status401Unauthorized, "Send the code of your authenticator app along"),
        ["seats-in-use"] = new(StatusCodes.Status409Conflict, "Somebody has one of those seats"),
        ["sign-in-failed"] = new(StatusCodes.Status401Unauthorized, "E-mail address or password is wrong, or there were too many attempts"),
        ["sign-in-needed"] = new(StatusCodes.Status401Unauthorized, "Sign in, or send an access token"),
        ["slot-ended"] = new(StatusCodes.Status422UnprocessableEntity, "The slot is over"),
        ["stale-version"] = new(StatusCodes.Status412PreconditionFailed, "It changed since you read it"),
        ["storage-full"] = new(StatusCodes.Status507InsufficientStorage, "The lab's storage is full; nothing was changed"),
        ["training-closed"] = new(StatusCodes.Status409Conflict, "The training session was cancelled or has begun"),
        ["training-not-begun"] = new(StatusCodes.Status409Conflict, "The training session has not begun"),
        ["suspended-already"] = new(StatusCodes.Status409Conflict, "They are suspended there already"),
        ["too-many-rows"] = new(StatusCodes.Status413PayloadTooLarge, "The file has too many rows"),
        ["too-early"] = new(StatusCodes.Status422UnprocessableEntity, "Checking in is not open yet"),
        ["walk-up-refused"] = new(StatusCodes.Status422UnprocessableEntity, "This machine cannot be used without a booking now"),
        ["too-many-invitations"] = new(StatusCodes.Status409Conflict, "Too many invitations wait for an answer"),
        ["too-many-organisations"] = new(StatusCodes.Status409Conflict, "Too many of your organisations wait to be verified"),
        ["too-many-open-faults"] = new(StatusCodes.Status409Conflict, "Too many of your reports are still open"),
        ["too-many-feeds"] = new(StatusCodes.Status409Conflict, "You have as many calendar feeds as one may have"),
        ["too-many-requests"] = new(StatusCodes.Status429TooManyRequests, "Too many requests; wait a minute"),
        ["wish-refused"] = new(StatusCodes.Status422UnprocessableEntity, "This cannot be waited for"),
    };

    /// <exception cref="KeyNotFoundException">A refusal was added and not told here.</exception>
    public static int StatusOf(Refusal refusal) => refusal switch
    {
        BookingRefused booking when booking.Problems.Any(problem => problem.Code == "slot-taken") => StatusCodes.Status409Conflict,
        _ => Answers[refusal.Code].Status,
    };
}

internal sealed record RefusalAnswer(int Status, string Title);
