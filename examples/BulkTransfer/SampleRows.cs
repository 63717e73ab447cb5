using System;
using System.Collections.Generic;
using System.Threading;

namespace BulkTransfer;

/// <summary>Rows to transfer: always the same ones.</summary>
internal static class SampleRows
{
    private static readonly string[] Cities = ["Aachen", "Bergen", "C\u00e1diz", "Dublin", "Espoo", "Florence"];

    public static IEnumerable<Row> Make(long count, CancellationToken cancellationToken)
    {
        Random random = new(1);
        long id = 0;
        for (long made = 0; made < count; made++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            id += random.Next(1, 4); // Keys of a real table have gaps.
            yield return new Row(
                id,
                FormattableString.Invariant($"customer {random.Next(100_000)}"),
                Cities[random.Next(Cities.Length)],
                random.Next(1_000_000),
                FormattableString.Invariant($"2026-11-{random.Next(1, 29):00}T{random.Next(24):00}:{random.Next(60):00}:00Z"));
        }
    }
}
