using System;
using System.Runtime.InteropServices;
#if NET
using System.Text.Unicode;
#endif

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>
/// Validates UTF-8 that comes in pieces cut anywhere, and fails at the first octet that no valid text can have there
/// (RFC 3629 section 4), even before its sequence is complete.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct Utf8Validator
{
    // What the sequence begun still lacks, and the range that its next octet must be in. Overlong forms, surrogates and values
    // above U+10FFFF are all shown by the second octet.
    private byte _missing;
    private byte _low;
    private byte _high;

    public readonly bool IsAtBoundary => _missing == 0;

    public static bool IsContinuation(byte octet) => (octet & 0xC0) == 0x80;

    /// <summary>Whether it is valid as a whole.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
#if NET
        return Utf8.IsValid(text);
#else
        Utf8Validator validator = default;
        return validator.Append(text) && validator.IsAtBoundary;
#endif
    }

    /// <summary>False is final: nothing may follow it.</summary>
    public bool Append(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (_missing > 0 && i < text.Length)
        {
            if (!AppendOctet(text[i++]))
                return false;
        }

        return AppendFromBoundary(text.Slice(i));
    }

#if NET
    private bool AppendFromBoundary(ReadOnlySpan<byte> text)
    {
        int whole = text.Length - UnfinishedLength(text);
        if (!Utf8.IsValid(text.Slice(0, whole)))
            return false;
        foreach (byte octet in text.Slice(whole))
        {
            if (!AppendOctet(octet))
                return false;
        }

        return true;
    }

    // The length of the last sequence if it lacks octets. Text that is wrong in another way may give any answer here:
    // both halves are validated.
    private static int UnfinishedLength(ReadOnlySpan<byte> text)
    {
        for (int length = 1; length <= Math.Min(3, text.Length); length++)
        {
            byte octet = text[^length];
            if (!IsContinuation(octet))
                return length < SequenceLength(octet) ? length : 0;
        }

        return 0;
    }

    private static int SequenceLength(byte lead) => lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
#else
    private bool AppendFromBoundary(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (_missing == 0)
                i += AsciiWords(text.Slice(i));
            if (i < text.Length && (_missing > 0 || text[i] >= 0x80) && !AppendOctet(text[i]))
                return false;
        }

        return true;
    }

    private static int AsciiWords(ReadOnlySpan<byte> text)
    {
        const ulong highBits = 0x8080_8080_8080_8080;
        int i = 0;
        while (i <= text.Length - sizeof(ulong) && (MemoryMarshal.Read<ulong>(text.Slice(i)) & highBits) == 0)
            i += sizeof(ulong);
        return i;
    }
#endif

    private bool AppendOctet(byte octet)
    {
        if (_missing == 0)
            return Begin(octet);
        if (octet < _low || octet > _high)
            return false;
        Expect(_missing - 1, 0x80, 0xBF);
        return true;
    }

    private bool Begin(byte lead)
    {
        switch (lead)
        {
            case >= 0xC2 and <= 0xDF: Expect(1, 0x80, 0xBF); break;
            case 0xE0: Expect(2, 0xA0, 0xBF); break;
            case 0xED: Expect(2, 0x80, 0x9F); break;
            case >= 0xE1 and <= 0xEF: Expect(2, 0x80, 0xBF); break;
            case 0xF0: Expect(3, 0x90, 0xBF); break;
            case >= 0xF1 and <= 0xF3: Expect(3, 0x80, 0xBF); break;
            case 0xF4: Expect(3, 0x80, 0x8F); break;
            default: return false;
        }

        return true;
    }

    private void Expect(int missing, byte low, byte high)
    {
        _missing = (byte)missing;
        _low = low;
        _high = high;
    }
}
