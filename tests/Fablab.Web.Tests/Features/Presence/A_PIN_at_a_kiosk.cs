using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;

namespace Fablab.Web.Tests.Features.Presence;

public sealed class A_PIN_at_a_kiosk(StorageProvider provider) : PresenceTest(provider)
{
    [Test]
    public async Task Takes_the_place_of_a_badge()
    {
        var (door, _) = await KioskAsync();
        var (email, id) = await PersonAsync();
        await PinAsync(id, "704912");

        using var tap = await TypeAsync(door, email.ToUpperInvariant(), "704912");

        Assert.That((await JsonOfAsync(tap)).GetProperty("meaning").GetString(), Is.EqualTo("arrive"));
        Assert.That((await VisitsAsync(id)).Single().ArrivedBy, Is.EqualTo(Fablab.Domain.Presence.Told.Pin));
        door.Dispose();
    }

    [Test]
    public async Task Is_guessed_at_few_times_and_only_there()
    {
        var ((door, _), (other, _)) = (await KioskAsync(), await KioskAsync());
        var (email, id) = await PersonAsync();
        await PinAsync(id, "704912");

        var said = new List<string>();
        for (var guess = 0; guess < 7; guess++)
        {
            using var wrong = await TypeAsync(door, email, $"11{guess}222");
            said.Add(await CodeOfAsync(wrong));
        }

        using var right = await TypeAsync(door, email, "704912");
        using var elsewhere = await TypeAsync(other, email, "704912");
        LaterBy(TimeSpan.FromMinutes(16));
        using var later = await TypeAsync(door, email, "704912");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Is.EqualTo(Enumerable.Repeat("pin-wrong", 5).Concat(Enumerable.Repeat("too-many-guesses", 2))));
            Assert.That((right.StatusCode, elsewhere.StatusCode, later.StatusCode), Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.OK)));
        }

        door.Dispose();
        other.Dispose();
    }

    [Test]
    public async Task Is_wrong_in_the_same_words_for_who_has_none_and_who_is_nobody()
    {
        var (door, _) = await KioskAsync();
        var (email, _) = await PersonAsync();

        using var without = await TypeAsync(door, email, "704912");
        using var nobody = await TypeAsync(door, "nobody@fablab.example", "704912");

        Assert.That((await CodeOfAsync(without), await CodeOfAsync(nobody)), Is.EqualTo(("pin-wrong", "pin-wrong")));
        door.Dispose();
    }

    [Test]
    public async Task Tells_not_by_its_count_either_who_has_an_account()
    {
        var (door, _) = await KioskAsync();
        var (email, _) = await PersonAsync();
        for (var guess = 0; guess < 6; guess++)
        {
            using var _ = await TypeAsync(door, $"nobody-{guess}@fablab.example", "704912");
        }

        using var known = await TypeAsync(door, email, "704912");
        using var unknown = await TypeAsync(door, "nobody-else@fablab.example", "704912");

        Assert.That((await CodeOfAsync(known), await CodeOfAsync(unknown)), Is.EqualTo(("pin-wrong", "pin-wrong")));
        door.Dispose();
    }

    [Test]
    public async Task Of_many_members_is_guessed_at_few_times_too()
    {
        var (door, _) = await KioskAsync();
        var (email, id) = await PersonAsync();
        await PinAsync(id, "704912");
        for (var guess = 0; guess < 30; guess++)
        {
            using var _ = await TypeAsync(door, $"somebody-{guess}@fablab.example", "704912");
        }

        using var right = await TypeAsync(door, email, "704912");

        Assert.That(await CodeOfAsync(right), Is.EqualTo("too-many-guesses"));
        door.Dispose();
    }

    [Test]
    public async Task Badges_that_nobody_has_are_bounded_too()
    {
        var (door, _) = await KioskAsync();
        var (_, badge, _) = await BadgedAsync();
        for (var guess = 0; guess < 30; guess++)
        {
            Assert.That(await MeaningAsync(door, $"99{guess:d4}"), Is.EqualTo("badge-unknown"));
        }

        Assert.That(await MeaningAsync(door, "998877"), Is.EqualTo("too-many-guesses"));
        Assert.That(await MeaningAsync(door, badge), Is.EqualTo("arrive"), "who has one comes in all the same");
        door.Dispose();
    }

    private static Task<HttpResponseMessage> TypeAsync(HttpClient device, string email, string pin) => device.PostAsJsonAsync("/api/v1/kiosk/taps", new { email, pin });
}
