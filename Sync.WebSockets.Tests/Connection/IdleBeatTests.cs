using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class IdleBeatTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private BeatBench _bench = null!;

    [SetUp]
    public void Open() => _bench = new BeatBench(new WebSocketClientOptions
    {
        ReceiveIdleTimeout = Idle,
        PingInterval = TimeSpan.FromMilliseconds(100),
        PingTimeout = System.Threading.Timeout.InfiniteTimeSpan,
    });

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(50)]
    public void Steps_that_are_each_a_little_late_do_not_put_the_idle_timeout_off(int milliseconds)
    {
        TimeSpan end = RunUntilEnd(late: TimeSpan.FromMilliseconds(milliseconds));

        end.Should().BeGreaterThanOrEqualTo(Idle).And.BeLessThan(Idle + TimeSpan.FromMilliseconds(250));
        _bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.ReceiveIdleTimeout);
    }

    [Test]
    public void Sleep_is_not_held_against_the_server()
    {
        TimeSpan sleep = TimeSpan.FromMinutes(1);
        _bench.Step();
        _bench.Advance(sleep);

        _bench.Step();

        _bench.Life.Ending.Should().BeNull();
        RunUntilEnd(late: TimeSpan.Zero).Should().BeGreaterThan(sleep + Idle - TimeSpan.FromSeconds(1)).And.BeLessThan(sleep + Idle + TimeSpan.FromSeconds(1));
    }

    [Test]
    public void What_a_receiver_may_have_left_above_the_socket_is_waited_for()
    {
        ReadingTurn turn = _bench.Inbox.Turn;
        turn.Look = TimeSpan.FromHours(1);
        BackgroundRun reader = Run.InBackground(() => turn.Lend(_bench.Inbox));
        Wait.Until(() => turn.IsFree, "it is lent");

        _bench.RunUntilEnd(Idle + TimeSpan.FromSeconds(1));
        _bench.Life.Ending.Should().BeNull("the reader has not looked yet");
        turn.CallReader();
        reader.Join();
        _bench.RunUntilEnd(TimeSpan.FromSeconds(1));

        _bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.ReceiveIdleTimeout);
    }

    // The time since opening.
    private TimeSpan RunUntilEnd(TimeSpan late)
    {
        _bench.RunUntilEnd(TimeSpan.FromMinutes(2), late);
        return _bench.Now;
    }
}
