using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class IdleBeatTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private ManualTime _time = null!;
    private GateBench _bench = null!;
    private ConnectionLife _life = null!;
    private ConnectionBeat _beat = null!;

    [SetUp]
    public void Open()
    {
        _time = new ManualTime();
        _bench = new GateBench(new MonotonicClock(_time));
        WebSocketClientOptions options = new()
        {
            ReceiveIdleTimeout = Idle,
            PingInterval = TimeSpan.FromMilliseconds(100),
            PingTimeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        MonotonicClock clock = _bench.Clock;
        PingLedger pings = new(firstId: 0);
        _life = new ConnectionLife(_bench.Link, clock, new LifeRecorder());
        MessageSender sender = new(_bench.Gate, _bench.Link, clock, options, torn: _ => { }, boundSet: _ => { });
        ReaderLoop reader = new(
            _bench.Link, clock, new Inbox(options.ReceiveQueueBytes, clock), _bench.Gate, pings, _life, new ConnectionCounters(), options, inflater: null, onFrame: null);
        _beat = new ConnectionBeat(_bench.Link, clock, _bench.Gate, sender, pings, reader, _life, options, ClientEnvironment.Default.StartThread, phase: 0);
    }

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(50)]
    public void Steps_that_are_each_a_little_late_do_not_put_the_idle_timeout_off(int milliseconds)
    {
        TimeSpan end = RunUntilEnd(late: TimeSpan.FromMilliseconds(milliseconds));

        end.Should().BeGreaterThanOrEqualTo(Idle).And.BeLessThan(Idle + TimeSpan.FromMilliseconds(250));
        _life.Ending!.Cause.Should().Be(WebSocketCloseCause.ReceiveIdleTimeout);
    }

    [Test]
    public void Sleep_is_not_held_against_the_server()
    {
        TimeSpan sleep = TimeSpan.FromMinutes(1);
        _beat.Step(_bench.Clock.Now);
        _time.Advance(sleep);

        _beat.Step(_bench.Clock.Now);

        _life.Ending.Should().BeNull();
        RunUntilEnd(late: TimeSpan.Zero).Should().BeGreaterThan(sleep + Idle - TimeSpan.FromSeconds(1)).And.BeLessThan(sleep + Idle + TimeSpan.FromSeconds(1));
    }

    // The time since opening.
    private TimeSpan RunUntilEnd(TimeSpan late)
    {
        while (_life.Ending is null && _bench.Clock.Now < TimeSpan.FromMinutes(2).Ticks)
        {
            TimeSpan wait = TimeSpan.FromTicks(_beat.Step(_bench.Clock.Now) - _bench.Clock.Now);
            if (_life.Ending is null && wait > TimeSpan.Zero)
                _time.Advance(wait + late);
        }
        return TimeSpan.FromTicks(_bench.Clock.Now);
    }
}
