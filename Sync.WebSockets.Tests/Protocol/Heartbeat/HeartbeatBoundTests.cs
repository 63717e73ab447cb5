using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>Never kill a live peer, always find a dead one in time: every moment of falling silent, in every phase.</summary>
[TestFixture]
internal sealed class HeartbeatBoundTests
{
    private const long Interval = 40;

    [Test]
    public void Peer_that_falls_silent_is_found_within_interval_and_timeout(
        [Values(2, 15, 39, 40, 41, 100)] long timeout, [Values(0, 0.5, 1)] double phase, [Values(null, 1L, 7L, 50L)] long? chatter, [Values] bool stepsAlways)
    {
        for (long silent = 0; silent <= 3 * Interval; silent++)
        {
            HeartbeatSimulation peer = new(Interval, timeout, phase) { Chatter = chatter, SilentFrom = silent, StepsAlways = stepsAlways };

            long? found = peer.Run(end: silent + (10 * Interval) + timeout);

            found.Should().NotBeNull("silent from {0} on", silent);
            found.Should().BeInRange(silent, silent + Interval + timeout, "silent from {0} on", silent);
        }
    }

    [Test]
    public void Peer_whose_every_pong_comes_before_the_timeout_is_never_given_up(
        [Values(2, 15, 39, 40, 41, 100)] long timeout, [Values(0, 0.5, 1)] double phase, [Values] bool stepsAlways)
    {
        for (long latency = 1; latency < timeout; latency++)
            new HeartbeatSimulation(Interval, timeout, phase) { Latency = latency, StepsAlways = stepsAlways }.Run(1000).Should().BeNull("pongs take {0}", latency);
    }

    [Test]
    public void Peer_that_never_answers_a_ping_lives_as_long_as_its_bytes_come([Values(2, 15, 39, 40, 41, 100)] long timeout)
    {
        for (long chatter = 1; chatter < timeout; chatter++)
            new HeartbeatSimulation(Interval, timeout, 0) { Latency = null, Chatter = chatter }.Run(1000).Should().BeNull("a byte comes every {0}", chatter);
    }

    [Test]
    public void Peer_that_never_answers_a_ping_is_found_a_timeout_after_its_last_byte()
    {
        HeartbeatSimulation peer = new(Interval, 30, 0) { Latency = null, Chatter = 10, SilentFrom = 501 };

        peer.Run(1000).Should().Be(530);
    }
}
