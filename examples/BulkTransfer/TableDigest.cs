using System;
using System.Security.Cryptography;
using System.Text.Json;

namespace BulkTransfer;

/// <summary>What tells two tables apart: their rows, counted and hashed in the order of their keys.</summary>
internal readonly record struct TableDigest(long Rows, string Sha256)
{
    private const int Page = 10_000;

    public static TableDigest Of(IRowTable table)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long count = 0;
        long cursor = 0;
        while (table.ReadAfter(cursor, Page) is { Count: > 0 } rows)
        {
            foreach (Row row in rows)
                hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(row)); // An object ends where its brace does, so rows cannot run together.
            count += rows.Count;
            cursor = rows[^1].Id;
        }
        return new TableDigest(count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public override string ToString() => FormattableString.Invariant($"{Rows:N0} rows, SHA-256 {Sha256}");
}
