using FluentAssertions;
using NUnit.Framework;
using static Sync.WebSockets.Protocol.Heartbeat.HeartbeatBench;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class PatienceTests
{
    private const long Timeout = 10 * Second;

    [Test]
    public void It_ends_a_timeout_after_the_last_sign_of_life()
    {
        Patience patience = default;

        patience.Deadline(3 * Second, late: 0, sign: 2 * Second, Timeout).Should().Be(12 * Second);
        patience.Deadline(5 * Second, late: 0, sign: 4 * Second, Timeout).Should().Be(14 * Second);
        patience.Deadline(6 * Second, late: 0, sign: 3 * Second, Timeout).Should().Be(14 * Second, "an older sign takes nothing back");
    }

    [Test]
    public void Infinite_timeout_never_ends() =>
        default(Patience).Deadline(1000 * Second, late: 0, sign: 0, Never).Should().Be(Never);

    [TestCase(50 * Millisecond, 0)]
    [TestCase(100 * Millisecond, 0)]
    [TestCase(101 * Millisecond, 101 * Millisecond)]
    [TestCase(5 * Second, 5 * Second)]
    public void Step_that_runs_considerably_late_puts_the_end_off_by_that(long late, long excused)
    {
        Patience patience = default;
        patience.Deadline(Second, late: 0, sign: Second, Timeout);

        patience.Deadline((2 * Second) + late, late, sign: Second, Timeout).Should().Be(Second + Timeout + excused);
    }

    [Test]
    public void Late_step_that_would_be_the_end_looks_once_more()
    {
        Patience patience = default;
        patience.Deadline(Second, late: 0, sign: Second, Timeout);

        patience.Deadline(61 * Second, late: 50 * Second, sign: Second, Timeout).Should().Be(62 * Second, "after a second at most");
        patience.Deadline(62 * Second, late: 0, sign: Second, Timeout).Should().Be(62 * Second);
    }

    [Test]
    public void Sign_of_life_takes_the_excuse_away()
    {
        Patience patience = default;
        patience.Deadline(62 * Second, late: 60 * Second, sign: Second, Timeout);

        patience.Deadline(64 * Second, late: 0, sign: 63 * Second, Timeout).Should().Be(73 * Second);
    }

    [Test]
    public void Lateness_before_the_sign_of_life_excuses_nothing()
    {
        Patience patience = default;
        patience.Deadline(Second, late: 0, sign: Second, Timeout);

        patience.Deadline(60 * Second, late: 58 * Second, sign: (60 * Second) - Millisecond, Timeout).Should().Be((70 * Second) - Millisecond);
    }

    [Test]
    public void What_is_forgotten_begins_afresh_even_with_an_older_sign()
    {
        Patience patience = default;
        patience.Deadline(20 * Second, late: 0, sign: 20 * Second, Timeout);
        patience.Forget();

        patience.Deadline(20 * Second, late: 0, sign: 15 * Second, Timeout).Should().Be(25 * Second);
    }
}
