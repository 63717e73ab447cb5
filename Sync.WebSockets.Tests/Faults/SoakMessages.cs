using System;
using System.IO;
using System.Threading;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>One direction of a soak's connection: messages that carry their number and a checksum. One thread makes them, one checks them.</summary>
internal sealed class SoakMessages
{
    private const int Overhead = 16;

    private long _checked;
    private long _bytes;

    /// <summary>How many came: each the next one, and whole.</summary>
    public long Checked => Volatile.Read(ref _checked);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Mostly small ones; some that go in several frames.</summary>
    public static byte[] Make(long number, Random random)
    {
        int length = random.Next(20) switch
        {
            0 => random.Next(200_000),
            < 5 => random.Next(20_000),
            _ => random.Next(1000),
        };
        byte[] message = new byte[Overhead + length];
        byte[] payload = Traffic.Bytes(length, seed: (ulong)number);
        payload.CopyTo(message, Overhead);
        BitConverter.GetBytes(number).CopyTo(message, 0);
        BitConverter.GetBytes(Traffic.Checksum(payload)).CopyTo(message, sizeof(long));
        return message;
    }

    /// <summary>That this is the next message, as it was made.</summary>
    public void Check(byte[] message)
    {
        long number = BitConverter.ToInt64(message, 0);
        if (number != _checked)
            throw new InvalidDataException($"Message {number} came where {_checked} should have: one was lost or doubled.");
        if (BitConverter.ToUInt64(message, sizeof(long)) != Traffic.Checksum(message.AsSpan(Overhead).ToArray()))
            throw new InvalidDataException($"Message {number} of {message.Length} bytes came changed.");
        Volatile.Write(ref _bytes, _bytes + message.Length);
        Volatile.Write(ref _checked, _checked + 1);
    }
}
