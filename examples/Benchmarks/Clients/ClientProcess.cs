using System;
using System.Diagnostics;
using System.Globalization;
using Benchmarks.Cases;
using Benchmarks.Server;

namespace Benchmarks.Clients;

/// <summary>
/// What the program does in a process of its own for one client and one case: for each line of its input, a number, it does so many of
/// what the case measures, and prints what that took. The scripts do the same.
/// </summary>
internal static class ClientProcess
{
    /// <param name="arguments">The client, the measure, the URI, the size, the form, plain or deflate, and the certificate's file.</param>
    public static void Run(string[] arguments)
    {
        ClientKind kind = Enum.Parse<ClientKind>(arguments[0]);
        Measure measure = Enum.Parse<Measure>(arguments[1]);
        Target target = new(
            new Uri(arguments[2]), int.Parse(arguments[3], CultureInfo.InvariantCulture), Enum.Parse<Form>(arguments[4]),
            arguments[5] == "deflate", Certificate.Trust(arguments[6]));
        using IClient? client = measure == Measure.Connect ? null : Connect(kind, target);
        Action<int> work = measure switch
        {
            Measure.RoundTrip => client!.RoundTrips,
            Measure.Receive => client!.Receive,
            Measure.Send => client!.Send,
            _ => count => ConnectAndClose(kind, target, count),
        };
        Console.WriteLine("ready");
        while (Console.In.ReadLine() is { } line)
            Console.WriteLine(Time(work, int.Parse(line, CultureInfo.InvariantCulture)));
    }

    // Seconds, seconds of CPU time, bytes allocated, and bytes that were resident at most.
    private static string Time(Action<int> work, int count)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        Stopwatch watch = Stopwatch.StartNew();
        work(count);
        TimeSpan elapsed = watch.Elapsed;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        using Process process = Process.GetCurrentProcess();
        return FormattableString.Invariant($"{elapsed.TotalSeconds} {cpu.TotalSeconds} {allocated} {process.PeakWorkingSet64}");
    }

    private static void ConnectAndClose(ClientKind kind, Target target, int count)
    {
        for (int i = 0; i < count; i++)
            Connect(kind, target).Dispose();
    }

    private static IClient Connect(ClientKind kind, Target target) => kind switch
    {
        ClientKind.Raw => new RawClient(target),
        ClientKind.Sync => new SyncClient(target),
        ClientKind.Awaited => new AwaitedClient(target),
        _ => new BlockingClient(target),
    };
}
