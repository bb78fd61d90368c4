using System.Text.Json.Nodes;

namespace Fablab.Bridge.Tests.Simulator;

public class A_listener_on_the_push_socket
{
    private static readonly string[] WantedEvents = ["PrintStarted", "PrintDone", "PrinterStateChanged"];

    [Test]
    public async Task Is_greeted_then_gets_history_once_authenticated_and_the_state_twice_a_second()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await using var listener = await Listener.ConnectAsync(fixture, "/sockjs/websocket");

        var greeting = await listener.MessageAsync();
        await listener.AuthenticateAsync(fixture);
        var history = await listener.MessageAsync();
        await listener.MessageAsync("timelapse");
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(600));
        var current = await listener.MessageAsync("current");

        var recorded = Recorded();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(JsonShape.Differences(Without(recorded["connected"], "permissions"), Without(greeting["connected"], "permissions")), Is.Empty);
            Assert.That(Without(history["history"], "job")!.AsObject().Select(member => member.Key), Is.EquivalentTo(Without(recorded["history"], "job")!.AsObject().Select(member => member.Key)));
            Assert.That(JsonShape.Differences(Without(recorded["current"], "job"), Without(current["current"], "job")), Is.Empty);
        }
    }

    [Test]
    public async Task Hears_only_what_it_subscribed_to()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await fixture.UploadRecordedFilesAsync();
        await using var listener = await Listener.ConnectAsync(fixture, "/sockjs/websocket");
        await listener.MessageAsync("connected");
        await listener.SendAsync("""{"subscribe":{"state":false,"events":["PrintStarted","PrintDone","PrinterStateChanged"],"plugins":false}}""");
        await listener.AuthenticateAsync(fixture);
        await listener.MessageAsync("timelapse");

        await fixture.SendAsync(HttpMethod.Post, "/api/files/local/finish.gcode", new JsonObject { ["command"] = "select", ["print"] = true });
        fixture.Clock.Advance(TimeSpan.FromSeconds(30));

        List<string> heard = [];
        while (!heard.Contains("PrintDone"))
        {
            var message = await listener.MessageAsync();
            Assert.That(message.ContainsKey("event"), "nothing but events was asked for");
            heard.Add((string)message["event"]!["type"]!);
        }

        Assert.That(heard.Distinct(), Is.SubsetOf(WantedEvents));
    }

    [Test]
    public async Task Is_told_to_log_in_again_when_its_session_is_unknown()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await using var listener = await Listener.ConnectAsync(fixture, "/sockjs/websocket");
        await listener.MessageAsync("connected");

        await listener.SendAsync("""{"auth":"admin:0000"}""");

        Assert.That((string?)(await listener.MessageAsync())["reauthRequired"]?["reason"], Is.EqualTo("stale"));
    }

    [Test]
    public async Task May_speak_SockJS()
    {
        await using var fixture = await PrinterFixture.StartAsync();
        await using var listener = await Listener.ConnectAsync(fixture, "/sockjs/640/ynftz8hs/websocket");

        var opening = await listener.FrameAsync();
        var greeting = await listener.FrameAsync();
        await listener.SendAsync("""["{\"auth\":\"admin:0000\"}"]""");
        var answer = await listener.FrameAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(opening, Is.EqualTo("o"));
            Assert.That(greeting, Does.StartWith("""a[{"connected":"""));
            Assert.That(answer, Is.EqualTo("""a[{"reauthRequired":{"reason":"stale"}}]"""));
        }
    }

    private static JsonNode? Without(JsonNode? node, string member)
    {
        var copy = node!.DeepClone().AsObject();
        copy.Remove(member);
        return copy;
    }

    /// <summary>The first recorded message of each kind.</summary>
    private static Dictionary<string, JsonNode?> Recorded() => RecordedFile.Read("octoprint", "push-07-print-finish.jsonl")
        .Where(line => line["messages"] is JsonArray)
        .SelectMany(line => line["messages"]!.AsArray())
        .OfType<JsonObject>()
        .SelectMany(message => message)
        .GroupBy(member => member.Key)
        .ToDictionary(group => group.Key, group => group.First().Value);
}
