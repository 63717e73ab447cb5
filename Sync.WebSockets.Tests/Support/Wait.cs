using System;
using System.Diagnostics;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>Waits for a fact. The only sleep among the tests is here.</summary>
internal static class Wait
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    public static void Until(Func<bool> fact, string what, TimeSpan? deadline = null)
    {
        TimeSpan bound = deadline ?? DefaultDeadline;
        if (!For(fact, bound))
            throw new TimeoutException($"Waited {bound} in vain until {what}.");
    }

    /// <summary>False: it has not come true in time.</summary>
    public static bool For(Func<bool> fact, TimeSpan deadline)
    {
        var watch = Stopwatch.StartNew();
        while (!fact())
        {
            if (watch.Elapsed > deadline)
                return false;
#pragma warning disable RS0030 // The one place that polls, until the fact is there.
            Thread.Sleep(5);
#pragma warning restore RS0030
        }
        return true;
    }

    /// <summary>Lets time pass, for tests of what must not happen meanwhile.</summary>
    public static void Out(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        Until(() => watch.Elapsed >= time, "the time has passed", time + DefaultDeadline);
    }
}
