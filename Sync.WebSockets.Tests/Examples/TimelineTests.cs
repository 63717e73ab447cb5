using System;
using System.Linq;
using FeedMonitor.Measuring;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
public sealed class TimelineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void Few_stretches_are_kept_as_they_are()
    {
        Timeline timeline = new(capacity: 8);
        TimelinePoint[] stretches = [Stretch(1, peak: 1), Stretch(2, peak: 2), Stretch(3, peak: 3)];
        foreach (TimelinePoint stretch in stretches)
            timeline.Add(stretch);

        timeline.Points.Should().Equal(stretches);
    }

    [TestCase(8)]
    [TestCase(9)]
    [TestCase(100)]
    [TestCase(1001)]
    public void Many_stretches_take_no_more_room_and_nothing_is_left_out(int count)
    {
        Timeline timeline = new(capacity: 8);
        for (int i = 1; i <= count; i++)
            timeline.Add(Stretch(i, peak: i == 5 ? 500 : 1));

        timeline.Points.Should().HaveCountLessThanOrEqualTo(9, "that is the capacity and the point that is not finished");
        timeline.Points.Sum(point => point.Messages).Should().Be(count);
        timeline.Points.Sum(point => point.Bytes).Should().Be(10L * count);
        timeline.Points[^1].Until.Should().Be(count * Second);
        timeline.Points.Select(point => point.Length).Aggregate((sum, length) => sum + length).Should().Be(count * Second);
        timeline.Points.Max(point => point.Latency!.Value.P99).Should().Be(TimeSpan.FromMilliseconds(500), "a peak must not vanish among its neighbours");
    }

    [Test]
    public void Stretch_without_latency_takes_that_of_its_neighbour()
    {
        TimelinePoint silent = Stretch(1, peak: 1) with { Latency = null };

        silent.With(Stretch(2, peak: 7)).Latency!.Value.P99.Should().Be(TimeSpan.FromMilliseconds(7));
        Stretch(1, peak: 7).With(silent).Latency!.Value.P99.Should().Be(TimeSpan.FromMilliseconds(7));
        silent.With(silent).Latency.Should().BeNull();
    }

    private static TimelinePoint Stretch(int number, int peak) =>
        new(number * Second, Second, new Percentiles(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(peak)), Messages: 1, Bytes: 10);
}
