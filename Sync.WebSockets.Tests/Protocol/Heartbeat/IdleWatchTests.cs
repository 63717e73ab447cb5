using FluentAssertions;
using NUnit.Framework;
using static Sync.WebSockets.Protocol.Heartbeat.HeartbeatBench;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class IdleWatchTests
{
    private const long Timeout = 10 * Second;

    [Test]
    public void Silence_ends_a_timeout_after_the_last_activity()
    {
        IdleWatch watch = new(Timeout);

        watch.Deadline(3 * Second, 3 * Second, lastActivity: 2 * Second).Should().Be(12 * Second);
        watch.Deadline(5 * Second, 5 * Second, lastActivity: 4 * Second).Should().Be(14 * Second);
    }

    [Test]
    public void Infinite_timeout_never_ends_it() =>
        new IdleWatch(Never).Deadline(1000 * Second, 5 * Second, lastActivity: 0).Should().Be(Never);

    [TestCase(50 * Millisecond, 0)]
    [TestCase(99 * Millisecond, 0)]
    [TestCase(101 * Millisecond, 101 * Millisecond)]
    [TestCase(60 * Second, 60 * Second)]
    public void Step_that_runs_considerably_late_puts_the_end_off_by_that(long late, long excused)
    {
        IdleWatch watch = new(Timeout);
        watch.Deadline(Second, Second, lastActivity: Second);

        watch.Deadline((2 * Second) + late, 2 * Second, lastActivity: Second).Should().Be(Second + Timeout + excused);
    }

    [Test]
    public void Activity_takes_the_excuse_away()
    {
        IdleWatch watch = new(Timeout);
        watch.Deadline(62 * Second, 2 * Second, lastActivity: Second);

        watch.Deadline(64 * Second, 64 * Second, lastActivity: 63 * Second).Should().Be(63 * Second + Timeout);
    }

    [Test]
    public void Lateness_before_the_last_activity_excuses_nothing()
    {
        IdleWatch watch = new(Timeout);
        watch.Deadline(Second, Second, lastActivity: Second);

        watch.Deadline(60 * Second, 2 * Second, lastActivity: 60 * Second - Millisecond).Should().Be(70 * Second - Millisecond);
    }
}
