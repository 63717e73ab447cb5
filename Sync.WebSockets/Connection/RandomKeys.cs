using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sync.WebSockets.Connection;

// 5.3, 10.3: every frame gets a fresh key that the peer cannot predict. Drawing one by one from the system costs more than sending
// a small frame, so they are drawn in blocks; each four bytes are used once. Each thread has a block of its own: most connections send
// nothing most of the time, and few threads write for all of them.

/// <summary>Mask keys. Any thread.</summary>
internal static class RandomKeys
{
    private const int BlockSize = 1024;

#if !NET
    private static readonly RandomNumberGenerator Generator = RandomNumberGenerator.Create();
#endif

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _left;

    /// <summary>Eight bytes from the system.</summary>
    public static ulong Seed()
    {
        byte[] bytes = new byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public static uint Next()
    {
        byte[] block = _block ??= new byte[BlockSize];
        if (_left == 0)
        {
            Fill(block);
            _left = BlockSize;
        }
        _left -= sizeof(uint);
        return BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(_left, sizeof(uint)));
    }

    private static void Fill(byte[] bytes)
    {
#if NET
        RandomNumberGenerator.Fill(bytes);
#else
        Generator.GetBytes(bytes);
#endif
    }
}
