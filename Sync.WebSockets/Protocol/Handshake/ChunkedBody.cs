using System;
using System.Collections.Generic;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// Takes the chunks off a body (RFC 9112, 7.1), octet by octet. The body is shown to a person, so a part of it is worth something: it
/// stops, complete, at 64 KiB of content, and at 128 KiB in all, lest one-octet chunks with long extensions keep it reading. What came
/// before a failure stays.
/// </summary>
internal sealed class ChunkedBody
{
    public const int MaxContent = 64 * 1024;
    public const int MaxLength = 128 * 1024;

    private readonly List<byte> _content = [];
    private Part _part = Part.Size;
    private bool _hasDigit;
    private int _left; // of the chunk
    private int _length;

    private enum Part
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        TrailerStart,
        Trailer,
        TrailerLineFeed,
        LastLineFeed,
        Done,
    }

    /// <summary>The body has ended, or a bound is reached.</summary>
    public bool IsComplete => _part == Part.Done || _content.Count == MaxContent || _length == MaxLength;

    public string? Failure { get; private set; }

    public byte[] ToArray() => _content.ToArray();

    /// <returns>How many octets were used: all of them, or up to the end, trailers included, or up to the one that failed.</returns>
    public int Append(byte[] buffer, int offset, int count)
    {
        int used = 0;
        while (used < count && !IsComplete && Failure is null)
        {
            _length++;
            if (Take(buffer[offset + used++]) is { } next)
                _part = next;
            else
                Failure = $"The answer's chunked body is malformed near its octet {FormattableString.Invariant($"{_length}")} ({_part}).";
        }
        return used;
    }

    // What is read after this octet; null when it cannot stand here.
    private Part? Take(byte octet) => _part switch
    {
        Part.Size => TakeSize(octet),
        Part.Extension => SkipTo(octet, Part.Extension, Part.SizeLineFeed),
        Part.SizeLineFeed => octet == '\n' ? EndSize() : null,
        Part.Data => TakeData(octet),
        Part.DataCarriageReturn => octet == '\r' ? Part.DataLineFeed : null,
        Part.DataLineFeed => octet == '\n' ? Part.Size : null,
        Part.TrailerStart => octet == '\r' ? Part.LastLineFeed : SkipTo(octet, Part.Trailer, Part.TrailerLineFeed),
        Part.Trailer => SkipTo(octet, Part.Trailer, Part.TrailerLineFeed),
        Part.TrailerLineFeed => octet == '\n' ? Part.TrailerStart : null,
        _ => octet == '\n' ? Part.Done : null, // Part.LastLineFeed
    };

    private Part? TakeSize(byte octet)
    {
        int digit = octet switch
        {
            >= (byte)'0' and <= (byte)'9' => octet - '0',
            >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
            _ => -1,
        };
        if (digit >= 0)
        {
            // Sizes past the bound need no telling apart, so this cannot overflow.
            _left = Math.Min(_left * 16 + digit, MaxContent + 1);
            _hasDigit = true;
            return Part.Size;
        }
        if (!_hasDigit)
            return null;
        return octet switch
        {
            (byte)'\r' => Part.SizeLineFeed,
            (byte)';' or (byte)' ' or (byte)'\t' => Part.Extension,
            _ => null,
        };
    }

    private Part EndSize()
    {
        _hasDigit = false;
        return _left == 0 ? Part.TrailerStart : Part.Data;
    }

    private Part TakeData(byte octet)
    {
        _content.Add(octet);
        return --_left == 0 ? Part.DataCarriageReturn : Part.Data;
    }

    private static Part? SkipTo(byte octet, Part same, Part afterCarriageReturn) =>
        octet == '\r' ? afterCarriageReturn : HttpGrammar.IsValueChar(octet) ? same : null;
}
