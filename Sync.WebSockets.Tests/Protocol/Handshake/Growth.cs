using System;
using System.Diagnostics;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// How much longer eight times the input takes: about 8 when the work is linear, about 64 when it is quadratic. The best of many runs, so
/// that a busy machine adds little, and as long ones of both, so that it adds as much to either; a bound of half the quadratic figure leaves room
/// for the rest.
/// </summary>
internal static class Growth
{
    public const double Bound = 32;

    private const int Runs = 20;
    private const int Times = 8;

    public static double Of(Action<int> work, int size)
    {
        (double one, double eight) = (double.MaxValue, double.MaxValue);
        // In turn, since the compiler may do better while it goes on.
        for (int run = 0; run < Runs; run++)
        {
            one = Math.Min(one, Time(() => Repeat(work, size)) / Times);
            eight = Math.Min(eight, Time(() => work(size * Times)));
        }
        return eight / one;
    }

    private static void Repeat(Action<int> work, int size)
    {
        for (int i = 0; i < Times; i++)
            work(size);
    }

    private static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }
}
