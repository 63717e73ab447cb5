using System;
using System.Diagnostics;
using System.Linq;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// How much longer eight times the input takes: about 8 when the work is linear, about 64 when it is quadratic. The best of many runs, so
/// that a busy machine adds nothing; a bound of half the quadratic figure leaves room for the rest.
/// </summary>
internal static class Growth
{
    public const double Bound = 32;

    public static double Of(Action<int> work, int size)
    {
        work(size); // compiled before it is measured
        return Best(() => work(size * 8)) / Best(() => work(size));
    }

    private static double Best(Action work) => Enumerable.Range(0, 30).Min(_ =>
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    });
}
