using System;
using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Drawing;

/// <summary>From zero to the first round number that no value exceeds.</summary>
internal sealed class LinearAxis : IAxis
{
    private const int MostSteps = 4;

    private static readonly int[] Digits = [1, 2, 5, 10];

    private readonly double _end;

    /// <param name="largest">Zero or more.</param>
    public LinearAxis(double largest)
    {
        if (largest <= 0)
            largest = 1;
        double step = RoundedUp(largest / MostSteps);
        int steps = (int)Math.Ceiling(largest / step);
        _end = steps * step;
        Ticks = [.. Enumerable.Range(0, steps + 1).Select(i => i * step)];
    }

    public IReadOnlyList<double> Ticks { get; }

    public double PlaceOf(double value) => value / _end;

    // To 1, 2 or 5 times a power of ten; the tolerance is for what is one already, but for the last digits.
    private static double RoundedUp(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Digits.Select(digit => digit * power).First(step => step >= value * 0.999999);
    }
}
