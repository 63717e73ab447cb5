using System;
using FeedMonitor.Measuring;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
public sealed class MeasurementsTests
{
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(200);

    private readonly ManualTime _time = new();

    [Test]
    public void Rates_are_those_of_the_last_two_seconds()
    {
        Measurements measurements = new(_time, TimeSpan.FromSeconds(10));
        for (int i = 0; i < 10; i++)
            Step(measurements, messages: 100);
        Snapshot busy = Step(measurements, messages: 100);
        for (int i = 0; i < 9; i++)
            Step(measurements, messages: 0);

        busy.Now.MessagesPerSecond.Should().BeApproximately(500, 0.001);
        busy.Now.BytesPerSecond.Should().BeApproximately(3500, 0.001);
        Step(measurements, messages: 0).Now.MessagesPerSecond.Should().Be(0);
    }

    [Test]
    public void Curve_holds_the_longest_latency_of_each_stretch_that_has_one()
    {
        Measurements measurements = new(_time, TimeSpan.FromSeconds(10));
        measurements.Measured(TimeSpan.FromMilliseconds(5));
        measurements.Measured(TimeSpan.FromMilliseconds(9));
        measurements.Measured(TimeSpan.FromMilliseconds(7));
        Step(measurements, messages: 0);
        Step(measurements, messages: 0);
        measurements.Measured(TimeSpan.FromMilliseconds(1));

        Snapshot snapshot = Step(measurements, messages: 0);

        snapshot.Curve.Should().Equal(TimeSpan.FromMilliseconds(9), TimeSpan.FromMilliseconds(1));
        snapshot.Last.Should().Be(TimeSpan.FromMilliseconds(1));
        snapshot.Latency!.Value.P50.Should().Be(TimeSpan.FromMilliseconds(5));
    }

    [Test]
    public void Losses_are_counted_by_reason_and_the_last_ones_told()
    {
        Measurements measurements = new(_time, TimeSpan.FromSeconds(10));
        for (int i = 0; i < 2000; i++)
            measurements.Lost(i % 2 == 0 ? "even" : "odd", FormattableString.Invariant($"{i}"));

        Snapshot snapshot = Step(measurements, messages: 0);

        snapshot.LossCount.Should().Be(2000);
        snapshot.Reasons.Should().BeEquivalentTo([new { Key = "even", Value = 1000 }, new { Key = "odd", Value = 1000 }]);
        snapshot.RecentLosses.Should().HaveCount(5);
        snapshot.RecentLosses[^1].Message.Should().Be("1999");
        measurements.ToHistory().Losses.Should().HaveCount(1000, "memory is bounded");
    }

    private Snapshot Step(Measurements measurements, int messages)
    {
        for (int i = 0; i < messages; i++)
            measurements.Received(7);
        _time.Advance(Stretch);
        return measurements.Step();
    }
}
