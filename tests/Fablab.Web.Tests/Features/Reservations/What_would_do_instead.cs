using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class What_would_do_instead(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Of_a_taken_slot_is_a_shorter_one_another_time_and_another_machine()
    {
        var ten = new DateTimeOffset(2026, 3, 17, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (ten.AddHours(1), ten.AddHours(2)));
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        var variants = await VariantsAsync(other, "printer-1", ten, ten.AddHours(2));

        Assert.That(variants.Select(Told), Is.EqualTo(
        [
            "shorter printer-1 10:00–10:55", "anotherTime printer-1 12:15–14:15", "anotherTime printer-1 08:45–10:45", "anotherMachine printers 10:00–12:00",
        ]));
    }

    [Test]
    public async Task Is_told_with_a_refused_booking_to_who_asks_for_it()
    {
        var ten = new DateTimeOffset(2026, 3, 27, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (ten, ten.AddHours(1)));
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var wish = new { machine = "printer-1", start = ten.UtcDateTime, end = ten.AddHours(1).UtcDateTime };

        using var plain = await other.PostAsJsonAsync("/api/v1/reservations", wish);
        using var told = await other.PostAsJsonAsync("/api/v1/reservations?variants=true", wish);
        var problem = await JsonOfAsync(told);
        var first = problem.GetProperty("variants")[0];
        using var taken = await other.PostAsJsonAsync(
            "/api/v1/reservations?variants=true",
            new { machine = first.GetProperty("machine").GetString(), start = first.GetProperty("start").GetString(), end = first.GetProperty("end").GetString() });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.StatusCode, Is.EqualTo(plain.StatusCode));
            Assert.That((await JsonOfAsync(plain)).TryGetProperty("variants", out _), Is.False);
            Assert.That(problem.GetProperty("problems").GetArrayLength(), Is.EqualTo(1));
            Assert.That(taken.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Of_a_slot_that_is_too_long_is_the_longest_that_is_allowed()
    {
        var ten = new DateTimeOffset(2026, 3, 18, 10, 0, 0, TimeSpan.Zero);

        var variants = await VariantsAsync(Maker, "laser-1", ten, ten.AddHours(5));

        Assert.That(variants.Select(Told), Is.EqualTo(["shorter laser-1 10:00–14:00"]));
    }

    [Test]
    public async Task Of_a_machine_that_is_out_of_order_is_another_one()
    {
        var ten = new DateTimeOffset(2026, 3, 19, 10, 0, 0, TimeSpan.Zero);
        await BreakAsync(DemoIds.Printer1, true);
        var variants = await VariantsAsync(Maker, "printer-1", ten, ten.AddHours(1));
        await BreakAsync(DemoIds.Printer1, false);

        Assert.That(variants.Select(Told), Is.EqualTo(["anotherMachine printers 10:00–11:00"]));
    }

    [Test]
    public async Task Can_be_booked_as_it_is_told()
    {
        var ten = new DateTimeOffset(2026, 3, 20, 10, 0, 0, TimeSpan.Zero);
        using var booked = await BookAsync(Maker, (ten.AddHours(1), ten.AddHours(2)));
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        foreach (var variant in await VariantsAsync(other, "printer-1", ten, ten.AddHours(2)))
        {
            using var answer = await other.PostAsJsonAsync("/api/v1/reservations/check", new
            {
                machine = variant.GetProperty("machine").GetString(),
                start = variant.GetProperty("start").GetString(),
                end = variant.GetProperty("end").GetString(),
            });
            Assert.That((await JsonOfAsync(answer)).GetProperty("problems").GetArrayLength(), Is.Zero, Told(variant));
        }
    }

    [Test]
    public async Task Is_not_asked_when_nothing_is_against_the_slot()
    {
        var ten = new DateTimeOffset(2026, 3, 21, 10, 0, 0, TimeSpan.Zero);

        Assert.That(await VariantsAsync(Maker, "printer-1", ten, ten.AddHours(1)), Is.Empty);
    }

    private Task<int> BreakAsync(MachineId machine, bool isBroken) => Lab.WithDbAsync(async db =>
    {
        (await db.Machines.FindAsync(machine))!.IsOutOfOrder = isBroken;
        return await db.SaveChangesAsync();
    });

    private static async Task<List<JsonElement>> VariantsAsync(HttpClient client, string machine, DateTimeOffset start, DateTimeOffset end)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/reservations/check", new { machine, start = start.UtcDateTime, end = end.UtcDateTime });
        return [.. (await JsonOfAsync(answer)).GetProperty("variants").EnumerateArray()];
    }

    private static string Told(JsonElement variant) =>
        $"{variant.GetProperty("kind").GetString()} {variant.GetProperty("machine").GetString()} {variant.GetProperty("start").GetString()![11..16]}–{variant.GetProperty("end").GetString()![11..16]}";
}
