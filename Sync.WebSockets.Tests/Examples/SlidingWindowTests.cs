using System;
using System.Linq;
using FeedMonitor.Measuring;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
public sealed class SlidingWindowTests
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    [Test]
    public void Nothing_measured_has_no_percentiles() => new SlidingWindow(Span, 100).PercentilesAt(TimeSpan.Zero).Should().BeNull();

    [Test]
    public void Percentiles_are_durations_of_the_nearest_rank_whatever_the_order()
    {
        SlidingWindow window = new(Span, 1000);
        foreach (int milliseconds in Enumerable.Range(1, 200).Reverse())
            window.Add(TimeSpan.Zero, Milliseconds(milliseconds));

        window.PercentilesAt(TimeSpan.Zero).Should().Be(new Percentiles(Milliseconds(100), Milliseconds(190), Milliseconds(198)));
    }

    [TestCase(1, 1, 1, 1)]
    [TestCase(2, 1, 2, 2)]
    [TestCase(3, 2, 3, 3)]
    [TestCase(20, 10, 19, 20)]
    [TestCase(100, 50, 95, 99)]
    public void Few_durations_have_percentiles_too(int count, int p50, int p95, int p99)
    {
        SlidingWindow window = new(Span, 1000);
        for (int i = 1; i <= count; i++)
            window.Add(TimeSpan.Zero, Milliseconds(i));

        window.PercentilesAt(TimeSpan.Zero).Should().Be(new Percentiles(Milliseconds(p50), Milliseconds(p95), Milliseconds(p99)));
    }

    [Test]
    public void Duration_counts_until_the_span_is_over()
    {
        SlidingWindow window = new(Span, 100);
        window.Add(TimeSpan.FromSeconds(1), Milliseconds(500));
        window.Add(TimeSpan.FromSeconds(2), Milliseconds(3));

        window.PercentilesAt(TimeSpan.FromSeconds(11) - TimeSpan.FromTicks(1))!.Value.P99.Should().Be(Milliseconds(500));
        window.PercentilesAt(TimeSpan.FromSeconds(11))!.Value.P99.Should().Be(Milliseconds(3));
        window.PercentilesAt(TimeSpan.FromSeconds(12)).Should().BeNull();
    }

    [Test]
    public void Beyond_the_capacity_the_oldest_do_not_count()
    {
        SlidingWindow window = new(Span, capacity: 3);
        foreach (int milliseconds in (int[])[900, 1, 2, 3])
            window.Add(TimeSpan.Zero, Milliseconds(milliseconds));

        window.PercentilesAt(TimeSpan.Zero).Should().Be(new Percentiles(Milliseconds(2), Milliseconds(3), Milliseconds(3)));
    }

    private static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
