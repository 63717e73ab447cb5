using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace BulkTransfer;

/// <summary>All of it: makes a table, starts a server, transfers, and compares.</summary>
internal static class Rehearsal
{
    /// <returns>Whether both tables are the same.</returns>
    public static bool Run(Settings settings, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bulk-transfer-");
        settings = settings with { Sqlite = Path.Combine(folder.FullName, "source.db") };
        try
        {
            Stopwatch watch = Stopwatch.StartNew();
            using IRowTable source = settings.OpenSource();
            source.Create(SampleRows.Make(settings.Rows, cancellationToken));
            Print($"{settings.Rows:N0} rows made in {watch.Elapsed.TotalSeconds:0.0} s");

            using Replica replica = new(Path.Combine(folder.FullName, "replica.db"));
            Transfer(settings, replica, cancellationToken);
            return AreSame(source, replica.Rows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Transfer(Settings settings, Replica replica, CancellationToken cancellationToken)
    {
        using ServerProcess server = new(settings);
        using Chaos? chaos = settings.Cuts > 0 ? new Chaos(server.Uri, settings) : null;
        Meter meter = new();
        IDisplay display = Console.IsOutputRedirected ? new LineDisplay(settings.Rows) : new BarDisplay(settings.Rows);
        if (chaos is not null)
            Print($"The connection will be cut {settings.Cuts} times; again in the same way with --seed {settings.Seed}");

        display.During(show => new Transfer(replica, meter, chaos).Run(server.Uri, show, cancellationToken));

        Figures figures = meter.Now;
        Print($"{figures}");
        Print($"{figures.Elapsed.TotalSeconds:0.0} s; {figures.Batches} batches were written, {figures.Repeated} had come before; {chaos?.ToString() ?? "no cuts"}");
        using Process client = Process.GetCurrentProcess();
        Print($"peak memory: client {Figures.Mebibytes(client.PeakWorkingSet64)}, server {Figures.Mebibytes(server.PeakWorkingSet)}");
    }

    private static bool AreSame(IRowTable source, IRowTable replica)
    {
        TableDigest sent = TableDigest.Of(source);
        TableDigest arrived = TableDigest.Of(replica);
        Print($"source:  {sent}");
        Print($"replica: {arrived}");
        Print($"{(sent == arrived ? "the same" : "NOT THE SAME")}");
        return sent == arrived;
    }

    private static void Print(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
