using System;
using System.Buffers.Binary;

namespace Sync.WebSockets.Protocol.Frames;

/// <summary>Writes the header of a client's frame, which is always masked (5.3).</summary>
internal static class FrameEncoder
{
    private const byte FinBit = 0x80;
    private const byte Rsv1Bit = 0x40;
    private const byte MaskBit = 0x80;

    /// <summary>6, 8 or 14.</summary>
    public static int HeaderLength(long payloadLength) => 2 + FrameHeader.ExtendedLengthSize(payloadLength) + sizeof(uint);

    /// <summary>Returns the length written. The mask key goes out in little-endian order, the order that <see cref="Mask"/> uses.</summary>
    public static int WriteHeader(Span<byte> destination, Opcode opcode, bool fin, bool rsv1, long payloadLength, uint maskKey)
    {
        int length = HeaderLength(payloadLength);
        destination = destination.Slice(0, length);
        destination[0] = (byte)((fin ? FinBit : 0) | (rsv1 ? Rsv1Bit : 0) | (int)opcode);
        switch (FrameHeader.ExtendedLengthSize(payloadLength))
        {
            case 0:
                destination[1] = (byte)(MaskBit | (int)payloadLength);
                break;
            case 2:
                destination[1] = MaskBit | 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(2), (ushort)payloadLength);
                break;
            default:
                destination[1] = MaskBit | 127;
                BinaryPrimitives.WriteInt64BigEndian(destination.Slice(2), payloadLength);
                break;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination.Slice(length - sizeof(uint)), maskKey);
        return length;
    }
}
