using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
internal sealed class TimeoutsTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private static readonly TimeSpan[] Never = [TimeSpan.FromTicks(-1), TimeSpan.FromMilliseconds(-2), TimeSpan.MinValue, TimeSpan.MaxValue, Longest + TimeSpan.FromTicks(1)];

    private static readonly TimeSpan[] Always = [Timeout.InfiniteTimeSpan, TimeSpan.FromTicks(1), Longest];

    [TestCaseSource(nameof(Always))]
    public void Time_that_can_be_waited_is_passed_on(TimeSpan time)
    {
        Timeouts.Check(time, "t").Should().Be(time);
        Timeouts.CheckPositive(time, "t").Should().Be(time);
    }

    [TestCaseSource(nameof(Never))]
    public void Time_that_cannot_be_waited_is_refused(TimeSpan time)
    {
        Action check = () => Timeouts.Check(time, "t");
        Action checkPositive = () => Timeouts.CheckPositive(time, "t");

        check.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("t");
        checkPositive.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("t");
    }

    [Test]
    public void Zero_is_a_wait_but_no_bound()
    {
        Timeouts.Check(TimeSpan.Zero, "t").Should().Be(TimeSpan.Zero);
        Action checkPositive = () => Timeouts.CheckPositive(TimeSpan.Zero, "t");

        checkPositive.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("t");
    }
}
