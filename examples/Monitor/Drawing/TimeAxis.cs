using System;
using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Drawing;

/// <summary>From the start to the end of a run, in seconds.</summary>
internal sealed class TimeAxis : IAxis
{
    private const int MostSteps = 10;
    private const int Minute = 60;
    private const int Hour = 60 * Minute;
    private const int Day = 24 * Hour;

    private static readonly int[] Steps =
    [
        1, 2, 5, 10, 15, 30,
        Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute, 30 * Minute,
        Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day,
    ];

    private readonly double _end;

    public TimeAxis(TimeSpan length)
    {
        _end = Math.Max(length.TotalSeconds, 0.001);
        int step = Steps.FirstOrDefault(step => _end / step <= MostSteps, (int)Math.Ceiling(_end / MostSteps / Day) * Day);
        Ticks = [.. Enumerable.Range(0, (int)(_end / step) + 1).Select(i => (double)i * step)];
    }

    public IReadOnlyList<double> Ticks { get; }

    public double PlaceOf(double value) => value / _end;
}
