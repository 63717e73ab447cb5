using System;
using System.Collections.Generic;
using System.Linq;

namespace Benchmarks.Running;

/// <summary>Figures of several runs.</summary>
internal readonly record struct Series(double Median, double Spread)
{
    /// <summary>The spread is half of the distance between the quartiles, relative to the median.</summary>
    public static Series Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        double median = Quantile(sorted, 0.5);
        return new Series(median, median == 0 ? 0 : (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 2 / median);
    }

    public static double Quantile(double[] sorted, double part)
    {
        double place = part * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
