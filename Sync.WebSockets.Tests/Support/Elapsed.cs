using System;
using System.Diagnostics;

namespace Sync.WebSockets.Support;

internal static class Elapsed
{
    public static TimeSpan Of(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed;
    }
}
