using System;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Protocol;

internal static class DecodedPayload
{
    /// <summary>The payload of what was decoded, wherever it lies.</summary>
    public static ReadOnlySpan<byte> Bytes(this MessageDecoder decoder) =>
        decoder.Pieces is { } pieces ? pieces.ToArray() : decoder.Payload.AsSpan();

    /// <summary>What there is of the message that is not complete.</summary>
    public static byte[] Unfinished(this MessageDecoder decoder)
    {
        PayloadSeen seen = decoder.Share();
        byte[] bytes = new byte[seen.Length];
        seen.CopyTo(bytes);
        return bytes;
    }
}
