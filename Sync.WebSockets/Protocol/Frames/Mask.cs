using System;
using System.Buffers.Binary;
#if NET
using System.Numerics;
#endif
using System.Runtime.InteropServices;

namespace Sync.WebSockets.Protocol.Frames;

/// <summary>5.3: octet i of the payload is XORed with octet i mod 4 of the key.</summary>
internal static class Mask
{
    /// <summary>
    /// Copies and masks in one pass. <paramref name="offset"/> is the place of the first octet in its frame's payload, so that
    /// a frame can be masked in pieces. Both spans may be the same memory, but must not overlap otherwise.
    /// </summary>
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> destination, uint key, int offset)
    {
        destination = destination.Slice(0, source.Length);
        key = RotateRight(key, (offset & 3) * 8);

        // Whole words are a multiple of four octets, so the rest begins with the key's first octet again.
        for (int i = CopyWords(source, destination, key); i < source.Length; i++)
            destination[i] = (byte)(source[i] ^ (key >> ((i & 3) * 8)));
    }

    private static uint RotateRight(uint value, int bits) => (value >> bits) | (value << (32 - bits));

#if NET
    private static int CopyWords(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        Vector<byte> word = Vector.AsVectorByte(new Vector<uint>(InMemoryOrder(key)));
        ReadOnlySpan<Vector<byte>> from = MemoryMarshal.Cast<byte, Vector<byte>>(source);
        Span<Vector<byte>> to = MemoryMarshal.Cast<byte, Vector<byte>>(destination).Slice(0, from.Length);
        for (int i = 0; i < from.Length; i++)
            to[i] = from[i] ^ word;
        return from.Length * Vector<byte>.Count;
    }
#else
    private static int CopyWords(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        ulong word = InMemoryOrder(key) * 0x1_0000_0001UL;
        int i = 0;
        for (; i <= source.Length - sizeof(ulong); i += sizeof(ulong))
        {
            ulong masked = MemoryMarshal.Read<ulong>(source.Slice(i)) ^ word;
            MemoryMarshal.Write(destination.Slice(i), ref masked);
        }

        return i;
    }
#endif

    private static uint InMemoryOrder(uint key)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, key);
        return MemoryMarshal.Read<uint>(bytes);
    }
}
