using System.Globalization;
using System.Linq;

namespace Benchmarks.Running;

/// <summary>What one run took, for each message; memory for the process.</summary>
/// <param name="Seconds">From begin to end.</param>
/// <param name="CpuSeconds">Of the client's process.</param>
/// <param name="Allocated">Bytes of managed memory; negative: not known.</param>
/// <param name="PeakMemory">Bytes resident at most, so far.</param>
internal readonly record struct Sample(double Seconds, double CpuSeconds, double Allocated, double PeakMemory)
{
    public static Sample Parse(string line, int count)
    {
        double[] figures = [.. line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        return new Sample(figures[0] / count, figures[1] / count, figures[2] / count, figures[3]);
    }
}
