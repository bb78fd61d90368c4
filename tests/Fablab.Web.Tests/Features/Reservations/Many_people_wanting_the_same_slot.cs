using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Many_people_wanting_the_same_slot(StorageProvider provider) : LabTest(provider)
{
    private const int Rounds = 100;
    private const int People = 50;

    [Test]
    public async Task Leave_exactly_one_with_it_in_every_round()
    {
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var first = new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero);
        var wrong = new List<string>();

        for (var round = 0; round < Rounds; round++)
        {
            var slot = (first.AddMinutes(15 * round), first.AddMinutes(15 * (round + 1)));
            var answers = await Task.WhenAll(Enumerable.Range(0, People).Select(person => BookAsync(person % 2 == 0 ? Maker : other, slot)));
            var booked = answers.Count(answer => answer.StatusCode is HttpStatusCode.Created);
            var refused = answers.Count(answer => answer.StatusCode is HttpStatusCode.Conflict);
            if (booked != 1 || refused != People - 1)
            {
                wrong.Add($"round {round}: {string.Join(", ", answers.GroupBy(answer => answer.StatusCode).Select(group => $"{group.Count()} x {group.Key}"))}");
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong, Is.Empty);
            Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync()), Is.EqualTo(Rounds));
            Assert.That(await Lab.WithDbAsync(OverlapsAsync), Is.Zero);
        }
    }

    private static Task<int> OverlapsAsync(FablabDb db) => db.Database.SqlQueryRaw<int>("""
        SELECT CAST(count(*) AS integer) AS "Value" FROM "Reservations" a JOIN "Reservations" b
        ON a."Machine" = b."Machine" AND a."Id" < b."Id" AND a."KeptStart" < b."KeptEnd" AND b."KeptStart" < a."KeptEnd"
        WHERE a."State" IN ('Requested', 'Confirmed', 'Active', 'Completed') AND b."State" IN ('Requested', 'Confirmed', 'Active', 'Completed')
        """).SingleAsync();
}
