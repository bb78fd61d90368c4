using Fablab.Web.Data;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Hosting;

public class What_is_kept_long_enough(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Is_deleted_and_the_reservation_behind_it_stays()
    {
        await BookAsync(Maker, FreshSlot(), key: "kept-for-a-day");
        var sweep = Lab.Services.GetRequiredService<RetentionSweep>();

        await sweep.RunAsync(CancellationToken.None);
        var atOnce = await Lab.WithDbAsync(db => db.IdempotentAnswers.CountAsync());
        Lab.Clock.Advance(TimeSpan.FromHours(25));
        await sweep.RunAsync(CancellationToken.None);
        var afterADay = await Lab.WithDbAsync(db => db.IdempotentAnswers.CountAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((atOnce, afterADay), Is.EqualTo((1, 0)));
            Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync()), Is.EqualTo(1));
        }
    }
}
