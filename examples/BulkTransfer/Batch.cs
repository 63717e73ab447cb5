using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace BulkTransfer;

/// <summary>
/// What the server sends: all rows behind a key up to the last one in here; none: the table ends at that key. It is named, since the first row
/// does not tell what is missing before it: keys have gaps.
/// </summary>
internal sealed record Batch(long After, IReadOnlyList<Row> Rows)
{
    public static Batch Parse(byte[] utf8) =>
        JsonSerializer.Deserialize<Batch>(utf8) ?? throw new InvalidDataException("The server sent no batch.");

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this);
}
