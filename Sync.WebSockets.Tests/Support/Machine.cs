using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using FluentAssertions;
using FluentAssertions.Primitives;

namespace Sync.WebSockets.Support;

// Lock: Stalls guards itself and StolenUntil. The watching thread lives as long as the tests.

/// <summary>
/// Knows when this process did not run, because the machine was busy elsewhere or the collector had stopped it: a thread that should
/// wake every 10 ms writes down each time it was late. A virtual machine that is short of processors runs in pieces too short for that, so
/// what Linux says was stolen from it counts as well. The library promises its bounds in time in which it runs.
/// </summary>
internal static class Machine
{
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(30);
    private static readonly List<(TimeSpan End, TimeSpan Length)> Stalls = [];
    private static readonly List<(TimeSpan Time, TimeSpan Stolen)> StolenUntil = new(1 << 16);
    private static readonly StolenTime Stolen = new();
    private static readonly Stopwatch Clock = new();

    public static bool IsMono { get; } = Type.GetType("Mono.Runtime") is not null;

    public static bool IsLinux { get; } = File.Exists("/proc/version");

    /// <summary>Starts to watch.</summary>
    public static void Watch()
    {
        Clock.Start();
        StolenUntil.Add((TimeSpan.Zero, Stolen.Read()));
        new Thread(Run) { IsBackground = true, Name = "machine watch" }.Start();
    }

    /// <summary>
    /// That it took less than the bound, which ends now. What the process was kept from running is added twice: once for itself, once
    /// since the heartbeat looks a second time, as much later, when a step ran late.
    /// </summary>
    public static AndConstraint<SimpleTimeSpanAssertions> BeBelow(
        this SimpleTimeSpanAssertions elapsed, TimeSpan bound, string because = "", params object[] becauseArgs)
    {
        TimeSpan stalled = StalledDuring(elapsed.Subject!.Value);
        return elapsed.BeLessThan(bound + stalled + stalled, because, becauseArgs);
    }

    /// <summary>How long this process was kept from running in the time up to now.</summary>
    public static TimeSpan StalledDuring(TimeSpan upToNow)
    {
        TimeSpan since = Clock.Elapsed - upToNow;
        TimeSpan stolen = Stolen.Read();
        lock (Stalls)
        {
            TimeSpan stalled = TimeSpan.FromTicks(Stalls.Where(stall => stall.End > since).Sum(stall => stall.Length.Ticks));
            stolen -= StolenUntil.LastOrDefault(sample => sample.Time <= since).Stolen;
            return stalled > stolen ? stalled : stolen;
        }
    }

    private static void Run()
    {
        object nobody = new();
        TimeSpan last = Clock.Elapsed;
        while (true)
        {
            lock (nobody)
                Monitor.Wait(nobody, Rhythm);
            TimeSpan now = Clock.Elapsed;
            TimeSpan late = now - last - Rhythm;
            last = now;
            TimeSpan stolen = Stolen.Read();
            lock (Stalls)
            {
                if (late >= Stall)
                    Stalls.Add((now, late));
                (TimeSpan time, TimeSpan before) = StolenUntil[StolenUntil.Count - 1];
                if (stolen != before && now - time >= Stall)
                    StolenUntil.Add((now, stolen));
            }
        }
    }
}
