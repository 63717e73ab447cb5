using System;
using System.Diagnostics;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// How much longer eight times the input takes: about 8 when the work is linear, about 64 when it is quadratic. The best of many runs, so
/// that a busy machine adds nothing; a bound of half the quadratic figure leaves room for the rest.
/// </summary>
internal static class Growth
{
    public const double Bound = 32;

    private const int Runs = 30;

    public static double Of(Action<int> work, int size)
    {
        (double one, double eight) = (double.MaxValue, double.MaxValue);
        // In turn, since the compiler may do better while it goes on.
        for (int run = 0; run < Runs; run++)
        {
            one = Math.Min(one, Time(() => work(size)));
            eight = Math.Min(eight, Time(() => work(size * 8)));
        }
        return eight / one;
    }

    private static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }
}
