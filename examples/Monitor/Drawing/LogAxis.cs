using System;
using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Drawing;

// Latencies differ by powers of ten: on a linear axis one bad p99 would press everything else to the ground.

/// <summary>From one power of ten to another.</summary>
internal sealed class LogAxis : IAxis
{
    // So many powers, and more lines than theirs would be too many.
    private const int ManyPowers = 3;

    private readonly int _first;
    private readonly int _last;

    /// <param name="smallest">More than zero.</param>
    /// <param name="largest">Not less.</param>
    public LogAxis(double smallest, double largest)
    {
        _first = (int)Math.Floor(Math.Log10(smallest));
        _last = Math.Max(_first + 1, (int)Math.Ceiling(Math.Log10(largest)));
        int[] digits = _last - _first < ManyPowers ? [1, 2, 5] : [1];
        IEnumerable<int> powers = Enumerable.Range(_first, _last - _first);
        Ticks = [.. powers.SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power))), Math.Pow(10, _last)];
    }

    public IReadOnlyList<double> Ticks { get; }

    public double PlaceOf(double value) => Math.Clamp((Math.Log10(value) - _first) / (_last - _first), 0, 1);
}
