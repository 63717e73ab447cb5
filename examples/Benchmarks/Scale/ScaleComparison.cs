using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Benchmarks.Report;
using Benchmarks.Running;

namespace Benchmarks.Scale;

/// <summary>This client and ClientWebSocket, one after the other, each with a server of its own.</summary>
internal static class ScaleComparison
{
    public static void Run(Settings settings)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{settings.Connections} connections in one process, a message and a ping over each every second, for {settings.Duration.TotalSeconds} s. {Machine.Description}."));
        Console.WriteLine();
        Figures own = Measure("sync", settings);
        Figures platform = Measure("platform", settings);
        Console.WriteLine("| | Sync.WebSockets | ClientWebSocket |");
        Console.WriteLine("| --- | --- | --- |");
        Row("connections that ended", f => f.Deaths.Count == 0 ? "none" : string.Join(", ", f.Deaths.Select(d => FormattableString.Invariant($"{d.Value} {d.Key}"))));
        Row("echoes", f => f.Echoes.ToString(CultureInfo.InvariantCulture));
        Row("heartbeat late by (median, 99 %, 99.9 %, most)", f => Times(f.Lag));
        Row("pings there and back (the same)", f => Times(f.RoundTrips));
        Row("resident memory of an idle connection; managed", f => $"{Format.Bytes(f.MemoryOfOne)}; {Format.Bytes(f.ManagedOfOne)}");
        Row("CPU while busy, of a core", f => Format.Percent(f.Cpu));
        Row("opening one, of 64 at a time", f => Format.Time(f.Opening / (settings.Connections - ManyProcess.Threads)));
        Row("closing one, of 64 at a time", f => Format.Time(f.Closing / settings.Connections));

        void Row(string name, Func<Figures, string> cell) => Console.WriteLine($"| {name} | {cell(own)} | {cell(platform)} |");
    }

    private static string Times(IReadOnlyList<double> seconds) => string.Join(", ", seconds.Select(Format.Time));

    private static Figures Measure(string client, Settings settings)
    {
        using ChildProcess server = ChildProcess.Start([.. ChildProcess.Self, "scale-server"]);
        string uri = $"ws://127.0.0.1:{server.ReadLine()}/echo";
        using ChildProcess process = ChildProcess.Start(
            [
                .. ChildProcess.Self, "scale-client", client, uri, settings.Connections.ToString(CultureInfo.InvariantCulture),
                ((int)settings.Duration.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ]);
        return JsonSerializer.Deserialize<Figures>(process.ReadLine())!;
    }
}
