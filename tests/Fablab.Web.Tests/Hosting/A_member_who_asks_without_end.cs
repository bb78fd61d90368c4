using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Hosting;
using Fablab.Web.Tests.Pages;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Fablab.Web.Tests.Hosting;

public sealed class A_member_who_asks_without_end
{
    private static readonly Uri Me = new("/api/v1/members/me", UriKind.Relative);

    [Test]
    public async Task Waits_for_themselves_and_keeps_nobody_else_waiting()
    {
        using var lab = new LabApp(StorageProvider.Sqlite, new() { ["Web:RequestsAtOnce"] = "1" });
        using var again = await lab.ClientOfAsync(DemoIds.Maker);
        using var token = await lab.ClientOfAsync(DemoIds.Maker);

        // Whoever follows redirects reads a request whole before it goes out.
        using var maker = lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        maker.DefaultRequestHeaders.Authorization = token.DefaultRequestHeaders.Authorization;
        using var other = await lab.ClientOfAsync(DemoIds.SecondMaker);
        using var content = new SlowContent();
        var slow = maker.PostAsync(new Uri("/api/v1/reservations", UriKind.Relative), content);
        await content.IsBeingRead;
        Assert.That(slow.IsCompleted, Is.False);

        // One is worked at, eight may wait, whichever token they come by; three are too many.
        var rest = Enumerable.Range(0, LoadOfOne.WaitingForEach + 3).Select(_ => again.GetAsync(Me)).ToList();
        List<(HttpStatusCode, TimeSpan?, string)> refused = [];
        while (refused.Count < 3)
        {
            var answered = await Task.WhenAny(rest);
            rest.Remove(answered);
            using var answer = await answered;
            refused.Add((answer.StatusCode, answer.Headers.RetryAfter?.Delta, await answer.Content.ReadAsStringAsync()));
        }

        using var others = await other.GetAsync(Me);
        content.Finish();
        using var sent = await slow;
        var waited = await Task.WhenAll(rest);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Select(one => (one.Item1, one.Item2)), Is.All.EqualTo((HttpStatusCode.TooManyRequests, (TimeSpan?)TimeSpan.FromSeconds(1))));
            Assert.That(refused.Select(one => one.Item3), Is.All.Contains("\"too-many-requests\""));
            Assert.That(others.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(waited.Select(answer => answer.StatusCode).ToList(), Has.Count.EqualTo(LoadOfOne.WaitingForEach).And.All.EqualTo(HttpStatusCode.OK));
        }

        foreach (var answer in waited)
        {
            answer.Dispose();
        }
    }

    [Test]
    public async Task Keeps_so_many_pages_live_and_no_more()
    {
        using var lab = new LabApp(StorageProvider.Sqlite, new() { ["Web:RequestsAtOnce"] = "1" });

        // Not in the past: a browser's cookies live by the clock of this computer.
        lab.Clock.SetUtcNow(new DateTimeOffset(2027, 3, 1, 8, 0, 0, TimeSpan.Zero));
        using var maker = await BrowserAsync(lab, DemoIds.Maker);
        using var other = await BrowserAsync(lab, DemoIds.SecondMaker);
        var live = new Uri("/live?site=atelier", UriKind.Relative);
        List<HttpResponseMessage> open = [];
        for (var i = 0; i <= StaysOpen.Most; i++)
        {
            open.Add(await maker.Client.GetAsync(live, HttpCompletionOption.ResponseHeadersRead));
        }

        using var others = await other.Client.GetAsync(live, HttpCompletionOption.ResponseHeadersRead);
        using var page = await maker.Client.GetAsync(Me);
        var statuses = open.ConvertAll(answer => answer.StatusCode);
        open.ForEach(answer => answer.Dispose());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(statuses[..StaysOpen.Most], Is.All.EqualTo(HttpStatusCode.OK));
            Assert.That(statuses[^1], Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That((others.StatusCode, page.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)), "they are no work");
        }
    }

    private static Task<Browser> BrowserAsync(LabApp lab, string email) => Browser.OpenAsync(lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", email);

    /// <summary>A request whose end does not come until it is let.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowContent() => Headers.TryAddWithoutValidation("Content-Type", "application/json");

        /// <summary>More than a pipe holds was taken, so somebody works at it.</summary>
        public Task IsBeingRead => read.Task;

        public void Finish() => end.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var blanks = new byte[256 * 1024];
            Array.Fill(blanks, (byte)' ');
            await stream.WriteAsync(blanks);
            await stream.FlushAsync();

            read.SetResult();
            await end.Task;
            await stream.WriteAsync("{}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
