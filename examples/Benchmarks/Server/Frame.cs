using System;
using System.Buffers.Binary;
using Sync.WebSockets.Protocol.Frames;

namespace Benchmarks.Server;

/// <summary>Frames of either side; the first octet is given whole.</summary>
internal static class Frame
{
    public const byte Text = 0x81;
    public const byte Binary = 0x82;
    public const byte Close = 0x88;
    public const byte Ping = 0x89;
    public const byte Pong = 0x8A;
    public const byte Compressed = 0x40;

    private const uint Key = 0x5A3C_96E1;

    public static byte[] Of(byte first, ReadOnlySpan<byte> payload, bool isMasked)
    {
        int header = HeaderLength(payload.Length);
        byte[] frame = new byte[header + (isMasked ? sizeof(uint) : 0) + payload.Length];
        WriteHeader(frame, first, payload.Length);
        if (!isMasked)
        {
            payload.CopyTo(frame.AsSpan(header));
            return frame;
        }
        frame[1] |= 0x80;
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(header), Key);
        Mask.Copy(payload, frame.AsSpan(header + sizeof(uint)), Key, 0);
        return frame;
    }

    /// <summary>Without the mask key.</summary>
    public static int HeaderLength(int payloadLength) => payloadLength < 126 ? 2 : payloadLength <= ushort.MaxValue ? 4 : 10;

    /// <summary>Writes the header of an unmasked frame.</summary>
    public static void WriteHeader(Span<byte> destination, byte first, int payloadLength)
    {
        destination[0] = first;
        switch (HeaderLength(payloadLength))
        {
            case 2:
                destination[1] = (byte)payloadLength;
                break;
            case 4:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                break;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
                break;
        }
    }
}
