using System;
using System.Buffers.Binary;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol.Frames;

/// <summary>
/// Reads the header of a server's frame and applies every rule that the header alone can show, each as soon as the octet
/// that shows it is there: a bad frame fails before any of its payload is waited for.
/// </summary>
internal static class FrameDecoder
{
    public const int MinHeaderLength = 2;
    public const int MaxHeaderLength = 14;

    private const int MaxControlPayload = 125;
    private const int Length16 = 126;
    private const int Length64 = 127;

    // Bit n is set when opcode n is defined.
    private const int DefinedOpcodes = 0b0000_0111_0000_0111;

    /// <param name="input">What has come of the frame by now.</param>
    /// <param name="allowsRsv1">RSV1 may mark a message as compressed (RFC 7692, 6): permessage-deflate was agreed on.</param>
    /// <param name="header">The header, when it is Done.</param>
    /// <param name="violation">What is wrong with it.</param>
    public static HeaderStatus Decode(ReadOnlySpan<byte> input, bool allowsRsv1, out FrameHeader header, out Violation? violation)
    {
        header = default;
        violation = FindViolation(input, allowsRsv1);
        if (violation is not null)
            return HeaderStatus.Violation;
        if (input.Length < BytesWanted(input))
            return HeaderStatus.NeedMore;

        header = Read(input);
        return HeaderStatus.Done;
    }

    /// <summary>The header that begins <paramref name="input"/>, which is there as a whole and in order: <see cref="Decode"/> has said so.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> input) =>
        new((input[0] & 0x80) != 0, (input[0] >> 4) & 7, OpcodeOf(input[0]), PayloadLength(input));

    /// <summary>
    /// Whether <paramref name="input"/> begins with the whole header of a data message in one frame whose length takes no more than 16 bits,
    /// in order and not compressed. False for everything else, in order or not.
    /// </summary>
    public static bool TryReadSmall(ReadOnlySpan<byte> input, out bool isText, out int headerLength, out int payloadLength)
    {
        isText = false;
        headerLength = MinHeaderLength;
        payloadLength = 0;
        if (input.Length < MinHeaderLength)
            return false;
        isText = input[0] == 0x81;
        payloadLength = input[1];
        if (!isText && input[0] != 0x82)
            return false;
        if (payloadLength < Length16)
            return true;
        if (payloadLength > Length16 || input.Length < MinHeaderLength + 2)
            return false;
        headerLength = MinHeaderLength + 2;
        payloadLength = BinaryPrimitives.ReadUInt16BigEndian(input.Slice(MinHeaderLength));
        return payloadLength >= Length16;
    }

    /// <summary>The length of the header that begins <paramref name="input"/>, as far as it is known yet.</summary>
    public static int BytesWanted(ReadOnlySpan<byte> input) =>
        input.Length < MinHeaderLength ? MinHeaderLength : LengthField(input[1]) switch { Length16 => 4, Length64 => 10, _ => MinHeaderLength };

    private static Violation? FindViolation(ReadOnlySpan<byte> input, bool allowsRsv1)
    {
        if (input.IsEmpty)
            return null;
        Violation? violation = CheckFirstOctet(input[0], allowsRsv1);
        if (violation is not null || input.Length < 2)
            return violation;
        return CheckSecondOctet(OpcodeOf(input[0]), input[1]) ?? LengthField(input[1]) switch
        {
            Length16 => CheckLength16(input.Slice(2)),
            Length64 => CheckLength64(input.Slice(2)),
            _ => null,
        };
    }

    private static Violation? CheckFirstOctet(byte octet, bool allowsRsv1)
    {
        Opcode opcode = OpcodeOf(octet);
        // RFC 7692, 6: only the first frame of a message has it.
        int reserved = allowsRsv1 && opcode is Opcode.Text or Opcode.Binary ? 0x30 : 0x70;
        if ((octet & reserved) != 0)
            return Violation.Protocol(Invariant(
                $"The server set reserved bits (first octet 0x{octet:X2}), which no negotiated extension defines there; RFC 6455 5.2."));
        if (((DefinedOpcodes >> (int)opcode) & 1) == 0)
            return Violation.Protocol(Invariant($"The server sent a frame with the reserved opcode {(int)opcode}; RFC 6455 5.2."));
        if (FrameHeader.IsControlOpcode(opcode) && (octet & 0x80) == 0)
            return Violation.Protocol(Invariant($"The server sent a fragmented {opcode} frame; RFC 6455 5.5 forbids that."));
        return null;
    }

    private static Violation? CheckSecondOctet(Opcode opcode, byte octet)
    {
        if ((octet & 0x80) != 0)
            return Violation.Protocol("The server sent a masked frame; RFC 6455 5.1 forbids masking by servers.");
        if (FrameHeader.IsControlOpcode(opcode) && LengthField(octet) > MaxControlPayload)
            return Violation.Protocol(Invariant(
                $"The server sent a {opcode} frame with more than {MaxControlPayload} bytes, the most for control frames; RFC 6455 5.5."));
        return null;
    }

    private static Violation? CheckLength16(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 2)
            return null;
        ushort length = BinaryPrimitives.ReadUInt16BigEndian(octets);
        return length >= Length16 ? null : Violation.Protocol(Invariant(
            $"The server wrote the payload length {length} in 16 bits, where 7 would do; RFC 6455 5.2 demands the minimal number."));
    }

    private static Violation? CheckLength64(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return null;
        if ((octets[0] & 0x80) != 0)
            return Violation.Protocol("The server sent a 64-bit payload length with its highest bit set; RFC 6455 5.2 demands zero.");

        // Six leading zeros mean a value that fits in 16 bits: there is no need to see the last two octets.
        ReadOnlySpan<byte> zeros = [0, 0, 0, 0, 0, 0];
        return !octets.StartsWith(zeros) ? null : Violation.Protocol(
            "The server wrote a payload length below 65536 in 64 bits, where 16 or 7 would do; RFC 6455 5.2 demands the minimal number.");
    }

    private static long PayloadLength(ReadOnlySpan<byte> input) => LengthField(input[1]) switch
    {
        Length16 => BinaryPrimitives.ReadUInt16BigEndian(input.Slice(2)),
        Length64 => BinaryPrimitives.ReadInt64BigEndian(input.Slice(2)),
        int length => length,
    };

    private static Opcode OpcodeOf(byte firstOctet) => (Opcode)(firstOctet & 0x0F);

    private static int LengthField(byte secondOctet) => secondOctet & 0x7F;
}
