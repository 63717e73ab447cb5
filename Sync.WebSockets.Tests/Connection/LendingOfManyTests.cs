#if NET // Elsewhere a thread may be aborted at any instruction, so there the reader keeps its turn.
using System;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Who reads when many messages come together.</summary>
[TestFixture(false)]
#if !NETSTANDARD_LIBRARY // Which waits for bytes on a socket only.
[TestFixture(true)]
#endif
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LendingOfManyTests(bool tls)
{
    [TestCase(1)]
    [TestCase(255)]
    public void Small_messages_that_come_together_are_left_to_the_reader(int size)
    {
        using ReaderBench bench = new(tls);
        bench.Lend();

        SendAndReceiveMany(bench, size);

        Wait.Until(() => !bench.Inbox.Turn.IsFree, "it has been called");
    }

    [TestCase(256)]
    [TestCase(2000)]
    public void Longer_messages_that_come_together_are_read_by_their_receiver(int size)
    {
        using ReaderBench bench = new(tls);
        bench.Lend();

        SendAndReceiveMany(bench, size);

        bench.Inbox.Turn.IsFree.Should().BeTrue("nobody had to be called");
    }

    [TestCase(1, false)]
    [TestCase(256, true)]
    public void Flood_is_lent_unless_its_messages_are_small(int size, bool isLent)
    {
        const int Count = 20;
        using ReaderBench bench = new(tls);
        byte[] many = Wire.Repeat(Count, Wire.Frame(Opcode.Binary, Wire.Pattern(size)));
        // From now on they fit into one read.
        bench.Send(many);
        Wait.Until(() => bench.Inbox.Load.Messages == Count, "all have come");
        Receive(Count);
        bool hasLent = false;

        for (int i = 0; i < 20 && !hasLent; i++)
        {
            BackgroundRun receiver = Run.InBackground(() => Receive(1));
            Wait.Until(() => receiver.IsWaiting, "it waits for a message");
            bench.Send(many, 0, 1);
            bench.Send(many, 1, many.Length - 1);
            receiver.Join();
            Receive(Count - 1);
            hasLent = Wait.For(() => bench.Inbox.Turn.IsFree, TimeSpan.FromMilliseconds(20));
        }

        hasLent.Should().Be(isLent);

        void Receive(int count)
        {
            for (int i = 0; i < count; i++)
                bench.Inbox.Take(TimeSpan.FromSeconds(10), CancellationToken.None, out _).Should().Be(TakeResult.Taken);
        }
    }

    [TestCase(1, 10_000)]
    [TestCase(300, 1000)]
    public void Server_is_read_while_a_receiver_drains_what_was_queued(int size, int count)
    {
        using ReaderBench bench = new(tls);
        bench.Inbox.Turn.Look = TimeSpan.FromMilliseconds(5);
        bench.Lend();
        byte[] many = Wire.Repeat(count, Wire.Frame(Opcode.Binary, Wire.Pattern(size)));
        BackgroundRun server = Run.InBackground(() =>
        {
            bench.Send(many);
            bench.Send(Wire.Frame(Opcode.Ping, [1, 2, 3]));
            bench.Read(new byte[100]).Should().Be(9);
        });

        for (int i = 1; i < count; i++)
        {
            bench.Receive(out _).Should().Be(TakeResult.Taken);
            if (i % (count / 10) == 0)
                Wait.Out(TimeSpan.FromMilliseconds(2));
        }

        server.Join();
        bench.Receive(out _).Should().Be(TakeResult.Taken);
    }

    [Test]
    public void Receiver_that_reads_does_not_wait_for_room_that_it_has_to_make()
    {
        using ReaderBench bench = new(tls, queue: 1000);
        bench.Lend();
        // In two fragments, so each is put together in memory of its own and delivered by itself; and they come in one read.
        byte[][] payloads = [.. Enumerable.Range(0, 4).Select(i => (byte[])[(byte)i, .. Wire.Pattern(1500)])];
        byte[] frames = Wire.Join([.. payloads.Select(p => Wire.Join(Wire.Frame(Opcode.Binary, p, fin: false), Wire.Frame(Opcode.Continuation, [])))]);
        bench.Send(frames);
        Wait.Until(() => bench.HasUnreadBytes, "they have come");

        BackgroundRun receiver = Run.InBackground(() =>
        {
            foreach (byte[] payload in payloads)
            {
                bench.Receive(out WebSocketMessage message).Should().Be(TakeResult.Taken);
                message.Data.Should().Equal(payload);
            }
        });

        receiver.Join();
    }

    private static void SendAndReceiveMany(ReaderBench bench, int size)
    {
        byte[][] payloads = [.. Enumerable.Range(0, 50).Select(i => (byte[])[(byte)i, .. Wire.Pattern(size - 1)])];
        // What the sockets take at once, or a receiver would find nothing for a moment.
        bench.Send(Wire.Join([.. payloads.Select(p => Wire.Frame(Opcode.Binary, p))]));

        foreach (byte[] payload in payloads)
        {
            bench.Receive(out WebSocketMessage message).Should().Be(TakeResult.Taken);
            message.Data.Should().Equal(payload);
        }
    }
}
#endif
