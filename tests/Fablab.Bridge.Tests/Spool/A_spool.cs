using Fablab.Bridge.Runtime;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Microsoft.Data.Sqlite;

namespace Fablab.Bridge.Tests.Spool;

public class A_spool
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid Session = new("0190b000-0000-7000-8000-000000000001");

    private string _folder = null!;

    private string File => DataFolder.SpoolIn(_folder);

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("fablab-spool-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Gets_a_new_epoch_at_every_boot_and_keeps_its_identity()
    {
        Guid id, boot;
        using (var first = SqliteSpool.Open(File))
        {
            (id, boot) = (first.SpoolId, first.BootId);
            Assert.That(first.Epoch, Is.EqualTo(1));
        }

        using var second = SqliteSpool.Open(File);

        Assert.That((second.SpoolId, second.Epoch), Is.EqualTo((id, 2L)));
        Assert.That(second.BootId, Is.Not.EqualTo(boot));
    }

    [Test]
    public void Gives_records_numbers_without_gaps_and_chains_them_over_epochs()
    {
        using (var first = SqliteSpool.Open(File))
        {
            Assert.That(first.Save("m", Slices(1, 3), Now), Is.EqualTo(3));
        }

        using var second = SqliteSpool.Open(File);
        second.Save("m", Slices(4, 2), Now);

        var old = second.Read(1, 1, 100, 100_000);
        var @new = second.Read(2, 1, 100, 100_000);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(old.Select(record => record.Sequence), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(old[0].PreviousHash, Is.EqualTo(JournalHash.Start));
            Assert.That(@new[0].PreviousHash, Is.EqualTo(old[^1].Hash));
            Assert.That(@new.All(record => JournalHash.IsRight(record, second.SpoolId, 2)));
            Assert.That(second.Held(), Is.EqualTo(new[] { new HeldRecords(1, 1, 3, 0), new HeldRecords(2, 1, 2, 0) }));
        }
    }

    [Test]
    public void Gives_back_what_a_machine_must_remember()
    {
        var memory = new MachineMemory
        {
            Desired = new DesiredTwin
            {
                Version = 7, Machine = "m", Mode = MachineMode.InSession,
                Session = new DesiredSession { Id = Session, Generation = 3, Until = Now },
                Job = new DesiredJob { Id = Guid.NewGuid(), Sha256 = new string('a', 64), Bytes = 1, Path = "/f", Wish = JobWish.Pause, NotBefore = Now },
            },
            Session = new SessionMemory
            {
                Id = Session, Generation = 3, WasArmed = true, TotalMilliseconds = 5, WattSeconds = 0.25, CheckpointAt = Now,
                Slice = new SliceMemory(MeterState.Active, MeterSource.Controller, 77),
            },
            ClosedGeneration = 2,
            Fault = "relay-welded",
        };
        var run = new JobRun { Job = Guid.NewGuid(), Session = Session, Sha256 = new string('b', 64), State = JobState.Starting, IsCancelAsked = true, RunLeaseMilliseconds = 9 };
        using (var spool = SqliteSpool.Open(File))
        {
            spool.Save("m", new SupervisorEffect.Save(memory, [run], []), Now);
        }

        using var again = SqliteSpool.Open(File);

        Assert.That(again.Memory("m"), Is.EqualTo(memory));
        Assert.That(again.Runs("m"), Is.EqualTo(new[] { run }));
        Assert.That(again.Memory("other"), Is.EqualTo(MachineMemory.Empty));
    }

    [Test]
    public void Still_has_what_was_saved_when_the_process_vanished()
    {
        // The copy is what a kill leaves: the file and its log, never closed.
        using var spool = SqliteSpool.Open(File);
        spool.Save("m", Slices(1, 5), Now);
        var copy = CopyOfFiles("copy");

        using var after = SqliteSpool.Open(copy);

        Assert.That(after.Read(1, 1, 100, 100_000), Has.Count.EqualTo(5));
    }

    [Test]
    public void Discards_a_torn_end_and_keeps_everything_before_it()
    {
        using var spool = SqliteSpool.Open(File);
        for (var i = 0; i < 20; i++)
        {
            spool.Save("m", Slices(1 + i, 1), Now);
        }

        var whole = new FileInfo($"{File}-wal").Length;
        var kept = new List<int>();
        for (var length = whole; length > 0; length -= 5_000)
        {
            var copy = CopyOfFiles($"torn-{length}");
            using (var log = new FileStream($"{copy}-wal", FileMode.Open))
            {
                log.SetLength(length);
            }

            using var torn = SqliteSpool.Open(copy);
            kept.Add(torn.Read(1, 1, 100, 1_000_000).Count);
            using var connection = SqliteSpool.OpenToRead(copy);
            Assert.That(SpoolChain.Check(connection), Is.Empty);
        }

        Assert.That(kept[0], Is.EqualTo(20));
        Assert.That(kept, Is.Ordered.Descending);
    }

    [Test]
    public void Takes_off_a_damaged_end_that_the_web_never_had()
    {
        using (var spool = SqliteSpool.Open(File))
        {
            spool.Save("m", Slices(1, 3), Now);
        }

        Damage("UPDATE records SET hash = 'x' WHERE sequence = 3");

        using var again = SqliteSpool.Open(File);
        Assert.That(again.Held()[0].LastSequence, Is.EqualTo(2));
    }

    [Test]
    public void Refuses_to_open_when_something_before_the_end_was_changed()
    {
        using (var spool = SqliteSpool.Open(File))
        {
            spool.Save("m", Slices(1, 3), Now);
        }

        Damage("UPDATE records SET content = replace(content, '1000', '9000') WHERE sequence = 2");

        Assert.That(() => SqliteSpool.Open(File), Throws.InstanceOf<SpoolDamagedException>().With.Message.Contains("1-2"));
        Assert.That(BridgeTools.Check(_folder, TextWriter.Null), Is.EqualTo(1));
    }

    [Test]
    public void Refuses_a_file_that_is_no_spool()
    {
        System.IO.File.WriteAllText(File, new string('x', 5_000));

        Assert.That(() => SqliteSpool.Open(File), Throws.InstanceOf<SpoolDamagedException>());
    }

    [Test]
    public void Never_changes_a_record()
    {
        using var spool = SqliteSpool.Open(File);
        spool.Save("m", Slices(1, 1), Now);
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE records SET content = 'x'";

        Assert.That(command.ExecuteNonQuery, Throws.InstanceOf<SqliteException>().With.Message.Contains("never changes"));
    }

    [Test]
    public void Forgets_acknowledged_records_after_their_time_and_never_the_newest()
    {
        using var spool = SqliteSpool.Open(File);
        spool.Save("m", Slices(1, 4), Now);
        spool.NoteAcknowledged(1, 2, Now);
        spool.Forget(Now.AddSeconds(1));
        Assert.That(spool.Held(), Is.EqualTo(new[] { new HeldRecords(1, 3, 4, 2) }));

        spool.NoteAcknowledged(1, 4, Now);
        spool.Forget(Now.AddSeconds(1));
        Assert.That(spool.Held(), Is.EqualTo(new[] { new HeldRecords(1, 4, 4, 4) }));
    }

    [Test]
    public void Keeps_records_that_the_web_asks_for_again()
    {
        using var spool = SqliteSpool.Open(File);
        spool.Save("m", Slices(1, 4), Now);
        spool.NoteAcknowledged(1, 4, Now);
        spool.NoteAcknowledged(1, 1, Now);
        spool.Forget(Now.AddSeconds(1));

        Assert.That(spool.Held(), Is.EqualTo(new[] { new HeldRecords(1, 2, 4, 1) }));
    }

    [Test]
    public void Reads_batches_that_stay_below_their_size()
    {
        using var spool = SqliteSpool.Open(File);
        spool.Save("m", Slices(1, 150), Now);

        var records = spool.Read(1, 1, JournalBatch.MaxRecords, JournalSender.MostBytes);
        var batch = ContractsJson.Write(new JournalBatch { SpoolId = spool.SpoolId, Epoch = 1, Records = records });

        Assert.That(batch, Has.Length.LessThanOrEqualTo(JournalSender.MostBytes));
        Assert.That(records, Has.Count.GreaterThan(15));
        Assert.That(spool.Read(1, 1, 1, 1), Has.Count.EqualTo(1), "one always fits");
    }

    [Test]
    public void Says_when_the_disk_is_full_and_has_then_written_nothing()
    {
        using var spool = SqliteSpool.Open(File);
        spool.Save("m", Slices(1, 1), Now);
        spool.LimitPages(16);
        var written = 1L;
        Assert.That(
            () =>
            {
                while (written < 10_000)
                {
                    written = spool.Save("m", Slices(written + 1, 50), Now);
                }
            },
            Throws.InstanceOf<SpoolFullException>());

        Assert.That(spool.Held()[0].LastSequence, Is.EqualTo(written));
        spool.LimitPages(100_000);
        Assert.That(spool.Save("m", Slices(written + 1, 1), Now), Is.EqualTo(written + 1));
    }

    [Test]
    public void Is_whole_when_its_chain_and_totals_are_right()
    {
        using (var spool = SqliteSpool.Open(File))
        {
            spool.Save("m", Slices(1, 40), Now);
        }

        Assert.That(BridgeTools.Check(_folder, TextWriter.Null), Is.Zero);
    }

    [Test]
    public void Is_not_whole_when_a_total_skips()
    {
        using (var spool = SqliteSpool.Open(File))
        {
            spool.Save("m", Slices(1, 2), Now);
            spool.Save("m", Slices(5, 1), Now);
        }

        var output = new StringWriter();
        Assert.That(BridgeTools.Check(_folder, output), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("record 1-3"));
    }

    [Test]
    public void Lets_a_person_clear_a_fault_only_while_no_bridge_runs()
    {
        using (var spool = SqliteSpool.Open(File))
        {
            spool.Save("laser-1", new SupervisorEffect.Save(new MachineMemory { Fault = "relay-welded" }, [], []), Now);
        }

        using (DataFolder.Take(_folder))
        {
            Assert.That(BridgeTools.ClearFault(_folder, "laser-1", TimeProvider.System, TextWriter.Null), Is.EqualTo(1));
        }

        Assert.That(BridgeTools.ClearFault(_folder, "laser-1", TimeProvider.System, TextWriter.Null), Is.Zero);
        using var after = SqliteSpool.Open(File);
        Assert.That(after.Memory("laser-1").Fault, Is.Null);
    }

    private static SupervisorEffect.Save Slices(long first, int count) => new(null, [],
    [
        .. Enumerable.Range(0, count).Select(i => new JournalContent
        {
            Machine = "m",
            At = Now,
            MonotonicMilliseconds = 1,
            Meter = new MeterReported
            {
                Session = Session, Generation = 1, State = MeterState.Idle, Source = MeterSource.Relay,
                DeltaMilliseconds = 1_000, TotalMilliseconds = 1_000 * (first + i), ActiveMilliseconds = 0,
            },
        }),
    ]);

    private string CopyOfFiles(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        var copy = DataFolder.SpoolIn(folder);
        System.IO.File.Copy(File, copy);
        System.IO.File.Copy($"{File}-wal", $"{copy}-wal");
        return copy;
    }

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"DROP TRIGGER IF EXISTS records_stay; {sql}";
        command.ExecuteNonQuery();
    }
}
