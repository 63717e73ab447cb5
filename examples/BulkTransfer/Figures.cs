using System;

namespace BulkTransfer;

/// <summary>How far a transfer is, and what it took.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Batches">Batches written.</param>
/// <param name="Repeated">Batches that had come before.</param>
/// <param name="WireBytes">Bytes that came over TCP, over all connections.</param>
/// <param name="PayloadBytes">What the whole messages among them were before they were compressed; not those that were cut.</param>
/// <param name="Reconnects">Connections after the first one.</param>
/// <param name="Elapsed">The time since the start.</param>
internal readonly record struct Figures(
    long Rows, int Batches, int Repeated, long WireBytes, long PayloadBytes, int Reconnects, TimeSpan Elapsed)
{
    public double RowsPerSecond => Rows / Elapsed.TotalSeconds;

    public double Ratio => PayloadBytes == 0 ? 1 : (double)WireBytes / PayloadBytes;

    public override string ToString() => FormattableString.Invariant(
        $"{Rows,9:N0} rows, {RowsPerSecond,7:N0}/s, {Mebibytes(WireBytes)} on the wire ({100 * Ratio:0.0} % of {Mebibytes(PayloadBytes)}), {Reconnects} reconnects");

    public static string Mebibytes(long bytes) => FormattableString.Invariant($"{bytes / 1024.0 / 1024.0:0.0} MiB");
}
