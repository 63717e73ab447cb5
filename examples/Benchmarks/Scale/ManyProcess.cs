using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Benchmarks.Running;

namespace Benchmarks.Scale;

/// <summary>What the program does in a process of its own with many connections of one client.</summary>
internal static class ManyProcess
{
    /// <summary>The program's own, which open, look after and close connections.</summary>
    public const int Threads = 64;

    /// <param name="arguments">sync or platform, the URI, how many connections, and for how many seconds they are busy.</param>
    public static void Run(string[] arguments)
    {
        bool isSync = arguments[0] == "sync";
        Uri uri = new(arguments[1]);
        int count = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        TimeSpan duration = TimeSpan.FromSeconds(int.Parse(arguments[3], CultureInfo.InvariantCulture));
        ISwarm swarm = isSync ? new SyncSwarm() : new PlatformSwarm();

        // What the first ones take is the runtime's, not theirs.
        OnAllThreads(() => swarm.Open(uri));
        (long before, long managedBefore) = Memory();
        int left = count - Threads;
        TimeSpan opening = OnAllThreads(() =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                swarm.Open(uri);
        });
        (long after, long managedAfter) = Memory();
        Figures busy = Echo(swarm, duration, isSync);
        TimeSpan closing = OnAllThreads(() =>
        {
            while (swarm.TryCloseOne())
            {
            }
        });
        Console.WriteLine(JsonSerializer.Serialize(busy with
        {
            Opening = opening.TotalSeconds,
            MemoryOfOne = (double)(after - before) / (count - Threads),
            ManagedOfOne = (double)(managedAfter - managedBefore) / (count - Threads),
            Closing = closing.TotalSeconds,
        }));
    }

    private static Figures Echo(ISwarm swarm, TimeSpan duration, bool isSync)
    {
        using LagProbe? probe = isSync ? LagProbe.Start() : null;
        using PingTimes pings = new();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long echoes = swarm.Echo(duration);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        probe?.Dispose();
        return new Figures
        {
            Cpu = cpu / duration,
            Echoes = echoes,
            Deaths = swarm.CountDeaths(),
            Lag = Percentiles(probe?.Lags ?? []),
            RoundTrips = Percentiles(pings.Seconds),
        };
    }

    private static TimeSpan OnAllThreads(Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() => action()))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return watch.Elapsed;
    }

    private static (long Resident, long Managed) Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process process = Process.GetCurrentProcess();
        return (process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false));
    }

    private static double[] Percentiles(IReadOnlyCollection<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted.Length == 0 ? [] : [.. new[] { 0.5, 0.99, 0.999, 1 }.Select(part => Series.Quantile(sorted, part))];
    }
}
