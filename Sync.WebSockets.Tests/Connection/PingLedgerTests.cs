using System;
using System.Buffers.Binary;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class PingLedgerTests
{
    private static Deadline Now => Deadline.After(MonotonicClock.System, TimeSpan.Zero);

    private static Deadline Soon => Deadline.After(MonotonicClock.System, TimeSpan.FromSeconds(10));

    [Test]
    public void Pong_answers_its_ping_and_measures_the_round_trip()
    {
        PingLedger ledger = new(5);
        ControlRequest ping = ledger.NewUserPing(dueAt: 100);
        ping.Begin(200);
        ping.SetWritten(200, wireEnd: 8);

        ledger.Answer(ping.Payload, now: 1200);

        ping.WaitUntilAnswered(Now).Should().Be(TakeResult.Taken);
        ping.RoundTrip.Ticks.Should().Be(1000);
        ledger.Latency!.Value.Ticks.Should().Be(1000);
    }

    [Test]
    public void Latency_is_unknown_until_the_first_pong() => new PingLedger(5).Latency.Should().BeNull();

    [TestCase(0UL)]
    [TestCase(5UL)]
    [TestCase(ulong.MaxValue)]
    [TestCase(ulong.MaxValue - 1)]
    public void Later_pong_answers_earlier_pings_too_but_not_later_ones_wherever_the_numbers_start(ulong firstId)
    {
        PingLedger ledger = new(firstId);
        ControlRequest[] pings = [.. Enumerable.Range(1, 5).Select(i => Written(ledger.NewUserPing(i), i))];

        ledger.Answer(pings[2].Payload, now: 100);

        pings.Select(p => p.WaitUntilAnswered(Now)).Should().Equal(
            TakeResult.Taken, TakeResult.Taken, TakeResult.Taken, TakeResult.TimedOut, TakeResult.TimedOut);
        ledger.Latency!.Value.Ticks.Should().Be(97);
    }

    [Test]
    public void Only_the_pong_of_the_newest_answered_ping_measures()
    {
        PingLedger ledger = new(1);
        ControlRequest first = Written(ledger.NewHeartbeatPing(1), 10);
        ControlRequest second = Written(ledger.NewUserPing(2), 1000);

        ledger.Answer(second.Payload, now: 1500);
        ledger.Answer(first.Payload, now: 9000);

        ledger.Latency!.Value.Ticks.Should().Be(500);
        ledger.OldestOfHeartbeat.Should().BeNull();
    }

    [Test]
    public void Same_pong_twice_counts_once()
    {
        PingLedger ledger = new(1);
        ControlRequest ping = Written(ledger.NewUserPing(1), 10);

        ledger.Answer(ping.Payload, now: 20);
        ledger.Answer(ping.Payload, now: 5000);

        ledger.Latency!.Value.Ticks.Should().Be(10);
        ping.RoundTrip.Ticks.Should().Be(10);
    }

    [Test]
    [Category("F12")]
    public void Pongs_that_nobody_asked_for_count_for_nothing()
    {
        PingLedger ledger = new(1000);
        ControlRequest ping = Written(ledger.NewUserPing(1), 10);
        ControlRequest heartbeat = Written(ledger.NewHeartbeatPing(2), 10);
        byte[][] forged = [[], [1], new byte[125], Payload(999), Payload(1002), Payload(0), Payload(ulong.MaxValue), [.. ping.Payload, 0], [.. ping.Payload.Take(7)]];

        foreach (byte[] payload in forged)
            ledger.Answer(payload, now: 20);

        ping.WaitUntilAnswered(Now).Should().Be(TakeResult.TimedOut);
        ledger.OldestOfHeartbeat.Should().BeSameAs(heartbeat);
        ledger.Latency.Should().BeNull();
    }

    [Test]
    public void Ping_that_was_not_written_yet_cannot_have_been_answered()
    {
        PingLedger ledger = new(1);
        ControlRequest waiting = ledger.NewUserPing(1);
        ControlRequest written = Written(ledger.NewUserPing(2), 5);

        ledger.Answer(waiting.Payload, now: 20);
        ledger.Latency.Should().BeNull();
        ledger.Answer(written.Payload, now: 30);

        waiting.WaitUntilAnswered(Now).Should().Be(TakeResult.TimedOut);
        written.WaitUntilAnswered(Now).Should().Be(TakeResult.Taken);
    }

    [Test]
    public void Payload_is_the_number_of_the_ping_in_eight_bytes()
    {
        PingLedger ledger = new(0x0102030405060708);

        ledger.NewUserPing(1).Payload.Should().Equal(1, 2, 3, 4, 5, 6, 7, 8);
        ledger.NewHeartbeatPing(1).Payload.Should().Equal(1, 2, 3, 4, 5, 6, 7, 9);
    }

    [Test]
    public void Peer_that_never_answers_does_not_make_it_grow_and_its_oldest_ping_is_kept()
    {
        PingLedger ledger = new(1);
        ControlRequest oldest = Written(ledger.NewHeartbeatPing(1), 1);
        WeakReference[] pings = [.. Enumerable.Range(2, 10_000).Select(i => new WeakReference(Written(ledger.NewHeartbeatPing(i), i)))];

        GC.Collect();

        ledger.OldestOfHeartbeat.Should().BeSameAs(oldest);
        pings.Count(p => p.IsAlive).Should().BeLessThan(100);
        GC.KeepAlive(ledger);
    }

    [Test]
    public void Pings_of_the_heartbeat_are_answered_all_at_once_by_the_newest_pong()
    {
        PingLedger ledger = new(1);
        ControlRequest last = Enumerable.Range(1, 100).Select(i => Written(ledger.NewHeartbeatPing(i), i)).Last();

        ledger.Answer(last.Payload, now: 200);

        ledger.OldestOfHeartbeat.Should().BeNull();
        ledger.Latency!.Value.Ticks.Should().Be(100);
    }

    [Test]
    public void Forgotten_ping_is_not_measured_any_more()
    {
        PingLedger ledger = new(1);
        ControlRequest ping = Written(ledger.NewUserPing(1), 10);

        ledger.Forget(ping);
        ledger.Answer(ping.Payload, now: 20);

        ledger.Latency.Should().BeNull();
        ping.WaitUntilAnswered(Now).Should().Be(TakeResult.TimedOut);
    }

    [Test]
    public void End_of_the_connection_frees_whoever_waits_for_a_pong_now_or_later()
    {
        PingLedger ledger = new(1);
        ControlRequest ping = Written(ledger.NewUserPing(1), 10);
        BackgroundRun caller = Run.InBackground(() => ping.WaitUntilAnswered(Soon).Should().Be(TakeResult.Closed));
        Wait.Until(() => caller.IsWaiting, "the caller waits for its pong");

        ledger.End();

        caller.Join();
        ledger.NewUserPing(2).WaitUntilAnswered(Soon).Should().Be(TakeResult.Closed);
    }

    private static ControlRequest Written(ControlRequest ping, long at)
    {
        ping.Begin(at);
        ping.SetWritten(at, wireEnd: 8);
        return ping;
    }

    private static byte[] Payload(ulong id)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(payload, id);
        return payload;
    }
}
