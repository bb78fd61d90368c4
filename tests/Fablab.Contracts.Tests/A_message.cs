using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Fablab.Testing;

namespace Fablab.Contracts.Tests;

/// <summary>The wire as bytes; the files are those that docs/protocol.md refers to.</summary>
public class A_message
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Example[] Examples =
    [
        Example.Of("desired-in-session.json", ProtocolExamples.DesiredInSession),
        Example.Of("desired-available.json", ProtocolExamples.DesiredAvailable),
        Example.Of("reported.json", ProtocolExamples.Reported),
        Example.Of("lease-request.json", ProtocolExamples.LeaseRequest),
        Example.Of("lease-granted.json", ProtocolExamples.LeaseGranted),
        Example.Of("lease-refused.json", ProtocolExamples.LeaseRefused),
        Example.Of("hello.json", ProtocolExamples.Hello),
        Example.Of("online.json", ProtocolExamples.Online),
        Example.Of("journal-batch.json", ProtocolExamples.Batch),
        Example.Of("journal-content-meter.json", ProtocolExamples.MeterContent),
        Example.Of("journal-content-session.json", ProtocolExamples.SessionContent),
        Example.Of("journal-content-job.json", ProtocolExamples.JobContent),
        Example.Of("journal-content-safety.json", ProtocolExamples.SafetyContent),
        Example.Of("journal-ack.json", ProtocolExamples.Ack),
        Example.Of("replay.json", ProtocolExamples.Replay),
    ];

    [TestCaseSource(nameof(Examples))]
    public void Is_written_as_the_protocol_shows_it(Example example)
    {
        var json = JsonNode.Parse(example.Written)!.ToJsonString(Indented);

        Approved.MatchesFile(json, ProtocolExamples.PathOf(example.File));
    }

    [TestCaseSource(nameof(Examples))]
    public void Reads_back_as_it_was_written(Example example)
    {
        var shown = File.ReadAllText(ProtocolExamples.PathOf(example.File));

        Assert.That(example.ReadAndWrite(shown), Is.EqualTo(example.Written));
    }

    [TestCaseSource(nameof(Examples))]
    public void May_carry_fields_that_the_reader_does_not_know_yet(Example example)
    {
        var newer = JsonNode.Parse(example.Written)!.AsObject();
        newer["colourOfTheLid"] = new JsonObject { ["name"] = "green" };

        Assert.That(example.ReadAndWrite(newer.ToJsonString()), Is.EqualTo(example.Written));
    }

    [TestCaseSource(nameof(Examples))]
    public void Is_refused_with_the_reason_when_a_required_field_is_missing(Example example)
    {
        var required = example.Info.Properties.Where(p => p.IsRequired).Select(p => p.Name).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(required, Is.Not.Empty);
            foreach (var field in required)
            {
                var broken = JsonNode.Parse(example.Written)!.AsObject();
                broken.Remove(field);
                Assert.That(example.ReasonAgainst(broken.ToJsonString()), Does.Contain(field));
            }
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void Is_refused_when_a_required_field_is_null(Example example)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var field in example.Info.Properties.Where(p => p.IsRequired).Select(p => p.Name))
            {
                var broken = JsonNode.Parse(example.Written)!.AsObject();
                broken[field] = null;
                Assert.That(example.ReasonAgainst(broken.ToJsonString()), Is.Not.Null, field);
            }
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void Is_refused_without_an_exception_when_any_byte_of_it_is_garbled(Example example)
    {
        var bytes = Encoding.UTF8.GetBytes(example.Written);

        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var garbled = (byte[])bytes.Clone();
            garbled[at] = value;
            return example.IsReadOrRefused(garbled);
        });
    }

    [TestCase("null")]
    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("7")]
    public void Is_refused_with_a_reason_when_it_is_no_object(string json)
    {
        var read = ContractsJson.TryRead<DesiredTwin>(json, out _, out var reason);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.False);
            Assert.That(reason, Is.Not.Empty);
        }
    }

    [Test]
    public void Is_refused_when_it_nests_deeper_than_eight_levels()
    {
        var deep = $$"""{"spoolId":"{{ProtocolExamples.Spool}}","epoch":3,"upTo":12,"more":{{new string('[', 8)}}{{new string(']', 8)}}}""";
        var shallow = $$"""{"spoolId":"{{ProtocolExamples.Spool}}","epoch":3,"upTo":12,"more":{{new string('[', 7)}}{{new string(']', 7)}}}""";

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ContractsJson.TryRead<JournalAck>(deep, out _, out _), Is.False);
            Assert.That(ContractsJson.TryRead<JournalAck>(shallow, out _, out _), Is.True);
        }
    }

    [TestCase("\"heated\"")]
    [TestCase("2")]
    [TestCase("99")]
    [TestCase("\"99\"")]
    [TestCase("\"locked, available\"")]
    public void Is_refused_when_a_word_is_none_of_the_protocol_s(string mode)
    {
        var read = ContractsJson.TryRead<DesiredTwin>($$"""{"version":1,"machine":"laser-1","mode":{{mode}}}""", out _, out var reason);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.False);
            Assert.That(reason, Does.Contain("mode"));
        }
    }

    [Test]
    public void Is_refused_when_a_list_holds_null()
    {
        var batch = $$"""{"spoolId":"{{ProtocolExamples.Spool}}","epoch":3,"records":[null]}""";

        var read = ContractsJson.TryRead<JournalBatch>(batch, out _, out var reason);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.False);
            Assert.That(reason, Does.Contain("null"));
        }
    }

    [Test]
    public void Is_refused_when_a_heater_has_no_temperature()
    {
        var broken = JsonNode.Parse(ContractsJson.WriteText(ProtocolExamples.Reported))!;
        broken["temperatures"]!["bed"] = null;

        Assert.That(ContractsJson.TryRead<ReportedTwin>(broken.ToJsonString(), out _, out _), Is.False);
    }

    [Test]
    public void Is_refused_when_it_says_one_field_twice()
    {
        var twice = $$"""{"spoolId":"{{ProtocolExamples.Spool}}","epoch":3,"upTo":12,"upTo":900}""";

        Assert.That(ContractsJson.TryRead<JournalAck>(twice, out _, out _), Is.False);
    }
}
