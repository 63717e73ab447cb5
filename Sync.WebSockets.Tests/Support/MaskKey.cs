using System;
using System.Runtime.InteropServices;

namespace Sync.WebSockets.Support;

/// <summary>The XOR of RFC 6455 5.3, written apart from the library's so that one cannot hide a fault of the other.</summary>
internal static class MaskKey
{
    /// <summary>The key of the RFC's own examples (5.7).</summary>
    public static readonly byte[] Example = [0x37, 0xfa, 0x21, 0x3d];

    public static void Apply(byte[] payload, byte[] key)
    {
        // Eight bytes at a time: the byte loop takes a second for 50 MB on Mono.
        ulong wide = MemoryMarshal.Read<uint>(key);
        wide |= wide << 32;
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(payload.AsSpan());
        for (int i = 0; i < words.Length; i++)
            words[i] ^= wide;

        for (int i = words.Length * sizeof(ulong); i < payload.Length; i++)
            payload[i] ^= key[i % 4];
    }
}
