using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class StallWatchTests
{
    private const long Patience = 20;

    [Test]
    public void Stall_comes_a_patience_after_the_last_move()
    {
        StallWatch watch = new();

        watch.Deadline(100, Patience, acknowledged: null, lastMove: 90).Should().Be(110);
        watch.Deadline(105, Patience, acknowledged: null, lastMove: 104).Should().Be(124);
    }

    [Test]
    public void Growing_acknowledgement_is_a_move_though_nothing_goes_out()
    {
        StallWatch watch = new();
        watch.Deadline(100, Patience, acknowledged: 1000, lastMove: 90);

        watch.Deadline(115, Patience, acknowledged: 1001, lastMove: 90).Should().Be(135);
        watch.Deadline(130, Patience, acknowledged: 1001, lastMove: 90).Should().Be(135, "it grew no more");
    }
}
