using System.Net;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class Many_people_wanting_the_last_seat(StorageProvider provider) : TrainingTest(provider)
{
    private const int Rounds = 10;
    private const int Racers = 20;

    [Test]
    public async Task Leave_one_with_it_and_the_others_in_line_in_every_round()
    {
        var racers = new List<HttpClient>();
        for (var one = 0; one < Racers; one++)
        {
            racers.Add((await PersonAsync()).Client);
        }

        for (var round = 0; round < Rounds; round++)
        {
            var id = await PlannedAsync(seats: 1);

            // Some change their minds at once, so that the seat also moves up the line while others still come.
            var answers = await Task.WhenAll(racers.Select(async (racer, place) =>
            {
                using var joined = await ActAsync(racer, id, "enrol");
                if (place % 4 == 0)
                {
                    using var left = await ActAsync(racer, id, "withdraw");
                }

                return joined.StatusCode;
            }));

            var states = await Lab.WithDbAsync(db => db.Enrolments.Where(row => row.Session == new TrainingSessionId(id)).GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Count() })
                .ToDictionaryAsync(group => group.Key, group => group.Count));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(answers, Is.All.EqualTo(HttpStatusCode.OK));
                Assert.That(states[EnrolmentState.Enrolled], Is.EqualTo(1), $"round {round}");
                Assert.That((states[EnrolmentState.Withdrawn], states[EnrolmentState.Waiting]), Is.EqualTo((Racers / 4, Racers - (Racers / 4) - 1)), $"round {round}");
            }
        }
    }
}
