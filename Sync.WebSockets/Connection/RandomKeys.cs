using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sync.WebSockets.Connection;

// 5.3, 10.3: every frame gets a fresh key that the peer cannot predict. Drawing one by one from the system costs more than sending
// a small frame, so they are drawn in blocks; each four bytes are used once.

/// <summary>Mask keys, for one thread at a time.</summary>
internal sealed class RandomKeys
{
    private const int BlockSize = 1024;

#if !NET
    private static readonly RandomNumberGenerator Generator = RandomNumberGenerator.Create();
#endif

    private readonly byte[] _block = new byte[BlockSize];
    private int _used = BlockSize;

    /// <summary>Eight bytes from the system. Any thread.</summary>
    public static ulong Seed()
    {
        byte[] bytes = new byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public uint Next()
    {
        if (_used == BlockSize)
        {
            Fill(_block);
            _used = 0;
        }
        uint key = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(_used, sizeof(uint)));
        _used += sizeof(uint);
        return key;
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
