using System.Text;
using Fablab.Contracts;
using Fablab.Simulation.Broker;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Lab;

/// <summary>
/// Somebody on the broker who reads everything and may publish anything, but has no bridge's key: forges grants, replays old
/// ones, leaves them retained.
/// </summary>
internal sealed class Intruder(VirtualWorld world, SimulatedBroker broker)
{
    private const long Visit = 15 * 60_000;

    private readonly SimulationRandom random = world.Random.Fork();
    private readonly byte[] wrongKey = new byte[32];
    private readonly Dictionary<string, Frame> lastGrant = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string> digests = [];
    private long visitEndsAt;

    public void Live() => world.After(random.Exponential(4 * 3_600_000), () =>
    {
        if (world.FaultsAreOn)
        {
            Strike();
            Live();
        }
    });

    /// <summary>A silent server is the best moment: nobody else answers.</summary>
    public void ServerFell()
    {
        if (world.FaultsAreOn && random.Percent(30))
        {
            Strike();
        }
    }

    public void Hear(Frame frame)
    {
        if (!TopicName.TryParse(frame.Topic, out var topic))
        {
            return;
        }

        switch (topic.Channel)
        {
            case TopicChannel.LeaseAnswer:
                lastGrant.TryAdd(frame.Topic, frame);
                if (random.Percent(20))
                {
                    lastGrant[frame.Topic] = frame;
                }

                break;
            case TopicChannel.Desired when ContractsJson.TryRead<DesiredTwin>(frame.Payload, out var twin, out _) && twin.Job is { } job:
                digests[job.Id] = job.Sha256;
                break;
            case TopicChannel.LeaseRequest when world.Milliseconds < visitEndsAt
                && ContractsJson.TryRead<LeaseRequest>(frame.Payload, out var request, out _):
                Answer(topic, request);
                break;
        }
    }

    private void Strike()
    {
        world.Fault("intruder", "broker");
        visitEndsAt = world.Milliseconds + random.Between(60_000, Visit);
    }

    private void Answer(TopicName topic, LeaseRequest request)
    {
        var answers = Topics.LeaseAnswer(topic.Bridge, request.Machine);
        if (random.Percent(50) && lastGrant.TryGetValue(answers, out var old))
        {
            world.Faults.Count("replayed lease");
            broker.Inject(answers, old.Payload, isRetained: random.Percent(50));
            return;
        }

        world.Faults.Count("forged lease");
        var grant = new LeaseAnswer
        {
            Nonce = request.Nonce,
            Machine = request.Machine,
            Session = request.Session,
            Generation = request.Generation,
            Granted = true,
            TtlMilliseconds = 600_000,
            Job = request.Job is { } job && digests.TryGetValue(job, out var sha256)
                ? new LeasedJob { Id = job, Sha256 = sha256, RunMilliseconds = 600_000 }
                : null,
        };
        var signed = SignedText.Sign(wrongKey, ContractsJson.Write(grant));
        broker.Inject(answers, Encoding.UTF8.GetBytes(signed), isRetained: random.Percent(20));
    }
}
