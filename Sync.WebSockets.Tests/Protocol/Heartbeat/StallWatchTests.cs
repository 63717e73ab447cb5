using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class StallWatchTests
{
    private const long Timeout = 20;

    [Test]
    public void Stall_comes_a_timeout_after_the_last_move()
    {
        StallWatch watch = new();

        watch.Deadline(100, late: 0, Timeout, acknowledged: null, lastMove: 90).Should().Be(110);
        watch.Deadline(105, late: 0, Timeout, acknowledged: null, lastMove: 104).Should().Be(124);
    }

    [Test]
    public void Growing_acknowledgement_is_a_move_though_nothing_goes_out()
    {
        StallWatch watch = new();
        watch.Deadline(100, late: 0, Timeout, acknowledged: 1000, lastMove: 90);

        watch.Deadline(115, late: 0, Timeout, acknowledged: 1001, lastMove: 90).Should().Be(135);
        watch.Deadline(130, late: 0, Timeout, acknowledged: 1001, lastMove: 90).Should().Be(135, "it grew no more");
    }

    [Test]
    public void Time_in_which_we_did_not_run_is_not_held_against_the_peer()
    {
        const long second = HeartbeatBench.Second;
        StallWatch watch = new();
        watch.Deadline(second, late: 0, 2 * second, acknowledged: null, lastMove: second);

        watch.Deadline(7 * second, late: 5 * second, 2 * second, acknowledged: null, lastMove: second).Should().Be(8 * second);
    }
}
