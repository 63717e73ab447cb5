using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Reconnecting;

public sealed class BackoffTests
{
    private const double AlmostOne = 0.999_999_999;

    [Test]
    public void Ceiling_grows_by_the_factor_up_to_the_longest()
    {
        Backoff backoff = new(TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(5));

        Enumerable.Range(0, 5).Select(_ => Math.Round(backoff.Next(AlmostOne, TimeSpan.Zero).TotalSeconds)).Should().Equal(1, 2, 4, 5, 5);
    }

    [Test]
    public void Delay_lies_anywhere_below_the_ceiling()
    {
        new Backoff(TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(5)).Next(0, TimeSpan.Zero).Should().Be(TimeSpan.Zero);
        new Backoff(TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(5)).Next(0.25, TimeSpan.Zero).Should().Be(TimeSpan.FromMilliseconds(250));
    }

    [Test]
    public void What_the_server_asks_for_comes_before_the_jitter() =>
        new Backoff(TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(5)).Next(0.5, TimeSpan.FromSeconds(60)).Should().Be(TimeSpan.FromSeconds(60.5));

    [Test]
    public void Reset_begins_anew()
    {
        Backoff backoff = new(TimeSpan.FromSeconds(1), 10, TimeSpan.FromSeconds(30));
        backoff.Next(0.5, TimeSpan.Zero);
        backoff.Next(0.5, TimeSpan.Zero);

        backoff.Reset();

        backoff.Next(0.5, TimeSpan.Zero).Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [Test]
    public void First_ceiling_is_never_over_the_longest() =>
        new Backoff(TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(4)).Next(0.5, TimeSpan.Zero).Should().Be(TimeSpan.FromSeconds(2));

    [Test]
    public void First_retry_at_once_is_not_followed_by_others_at_once()
    {
        Backoff backoff = new(TimeSpan.Zero, 2, TimeSpan.FromSeconds(30));

        Enumerable.Range(0, 4).Select(_ => Math.Round(backoff.Next(AlmostOne, TimeSpan.Zero).TotalMilliseconds)).Should().Equal(0, 100, 200, 400);
    }

    [Test]
    public void Nothing_is_waited_where_the_longest_wait_is_zero()
    {
        Backoff backoff = new(TimeSpan.FromSeconds(1), 2, TimeSpan.Zero);

        Enumerable.Range(0, 3).Select(_ => backoff.Next(AlmostOne, TimeSpan.Zero)).Should().OnlyContain(delay => delay == TimeSpan.Zero);
    }

    [Test]
    public void Ceiling_stays_finite_after_any_number_of_failures()
    {
        Backoff backoff = new(TimeSpan.FromSeconds(1), double.MaxValue, TimeSpan.FromMilliseconds(int.MaxValue));

        for (int i = 0; i < 10_000; i++)
            backoff.Next(AlmostOne, TimeSpan.Zero).Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromMilliseconds(int.MaxValue));
    }
}
