using System;
#if !NET
using System.Buffers;
#endif
using System.IO.Compression;

namespace Sync.WebSockets.Protocol.Deflate;

internal static class DeflateStreamExtensions
{
    /// <summary>Writes a span, which the older frameworks cannot.</summary>
    public static void WriteSpan(this DeflateStream stream, ReadOnlySpan<byte> bytes)
    {
#if NET
        stream.Write(bytes);
#else
        byte[] copy = ArrayPool<byte>.Shared.Rent(Math.Min(bytes.Length, 16 * 1024));
        for (int count; !bytes.IsEmpty; bytes = bytes.Slice(count))
        {
            count = Math.Min(bytes.Length, copy.Length);
            bytes.Slice(0, count).CopyTo(copy);
            stream.Write(copy, 0, count);
        }
        ArrayPool<byte>.Shared.Return(copy);
#endif
    }
}
