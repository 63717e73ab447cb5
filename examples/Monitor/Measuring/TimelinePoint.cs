using System;

namespace FeedMonitor.Measuring;

/// <summary>A stretch of time.</summary>
/// <param name="Until">Its end, since the start.</param>
/// <param name="Length">How long it was.</param>
/// <param name="Latency">Over the sliding window at its end; null: nothing was measured.</param>
/// <param name="Messages">How many came within it.</param>
/// <param name="Bytes">The sizes of those in total.</param>
internal sealed record TimelinePoint(TimeSpan Until, TimeSpan Length, Percentiles? Latency, long Messages, long Bytes)
{
    public double MessagesPerSecond => PerSecond(Messages);

    public double BytesPerSecond => PerSecond(Bytes);

    /// <summary>This one and the next one as one. A peak stays as high as it was.</summary>
    public TimelinePoint With(TimelinePoint next) => new(
        next.Until,
        Length + next.Length,
        Latency is { } here && next.Latency is { } there ? here.Worst(there) : Latency ?? next.Latency,
        Messages + next.Messages,
        Bytes + next.Bytes);

    private double PerSecond(long count) => Length > TimeSpan.Zero ? count / Length.TotalSeconds : 0;
}
