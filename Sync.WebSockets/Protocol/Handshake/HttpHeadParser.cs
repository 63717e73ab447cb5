using System;
using System.Globalization;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// Reads one status line and its headers, octet by octet, as they come (RFC 9112, 2 to 5). Each octet is looked at when it arrives and once
/// more when its line ends, never again, and what is kept is bounded. One parser reads one head; an interim answer needs a new one for the
/// next. Strict where leniency has let two readers of the same octets disagree: bare CR or LF, folded lines, space before a colon.
/// Messages give names and places but never a line: it may be a cookie.
/// </summary>
internal sealed class HttpHeadParser
{
    public const int MaxLineLength = 8 * 1024; // without its CRLF
    public const int MaxHeaders = 128;
    public const int MaxLength = 64 * 1024; // with every CRLF

    private byte[] _line = new byte[256];
    private int _lineLength;
    private int _length;
    private bool _afterCarriageReturn;
    private HttpHead? _head; // set by the status line, filled by the headers

    public bool IsComplete { get; private set; }

    /// <summary>Null until it is complete.</summary>
    public HttpHead? Head => IsComplete ? _head : null;

    /// <summary>What is wrong, as a sentence; null while all is fine. A failed parser takes no more.</summary>
    public string? Failure { get; private set; }

    /// <returns>How many octets were used: all of them, or up to the end of the head, or up to the one that failed.</returns>
    public int Append(byte[] buffer, int offset, int count)
    {
        int used = 0;
        while (used < count && !IsComplete && Failure is null)
            Failure = Take(buffer[offset + used++]);
        return used;
    }

    private string? Take(byte octet)
    {
        if (++_length > MaxLength)
            return "The answer's headers are longer than 64 KiB in all: its sender is broken or hostile.";
        if (_afterCarriageReturn)
            return octet == '\n' ? EndLine() : $"{Place()} holds a carriage return without a line feed; lines end with CRLF.";
        if (_head is null && !StatusLine.Fits(_lineLength, octet))
            return NotHttp(octet);
        if (octet == '\r')
        {
            _afterCarriageReturn = true;
            return null;
        }
        if (octet == '\n')
            return $"{Place()} ends with a line feed alone; lines end with CRLF.";
        if (!HttpGrammar.IsValueChar(octet))
            return $"{Place()} holds the control character {Hex(octet)}.";
        if (_lineLength == MaxLineLength)
            return $"{Place()} is longer than 8 KiB: its sender is broken or hostile.";
        if (_lineLength == 0 && _head?.Headers.Count == MaxHeaders)
            return "The answer has more than 128 headers: its sender is broken or hostile.";
        Keep(octet);
        return null;
    }

    private void Keep(byte octet)
    {
        if (_lineLength == _line.Length)
            Array.Resize(ref _line, _line.Length * 2);
        _line[_lineLength++] = octet;
    }

    private string? EndLine()
    {
        string line = HttpGrammar.Latin1.GetString(_line, 0, _lineLength);
        _lineLength = 0;
        _afterCarriageReturn = false;
        if (_head is null)
            _head = StatusLine.Parse(line);
        else if (line.Length == 0)
            IsComplete = true;
        else
            return AddHeader(_head.Headers, line);
        return null;
    }

    private string? AddHeader(WebSocketHeaders headers, string line)
    {
        if (line[0] is ' ' or '\t')
            return $"{Place()} begins with white space: folded headers are obsolete and refused (RFC 9112, 5.2).";
        int nameLength = HttpGrammar.IndexOfNonToken(line);
        if (nameLength < 0)
            return $"{Place()} has no colon.";
        if (line[nameLength] is ' ' or '\t')
            return $"{Place()} has white space in its name or before the colon (RFC 9112, 5.1).";
        if (line[nameLength] != ':' || nameLength == 0)
            return $"{Place()} has no valid name: {Hex(line[nameLength])} stands in it (RFC 9110, 5.1).";
        headers.AddUnchecked(line.Substring(0, nameLength), HttpGrammar.TrimWhitespace(line.Substring(nameLength + 1)));
        return null;
    }

    private string Place() => _head is null
        ? "The answer's status line"
        : "Header " + (_head.Headers.Count + 1).ToString(CultureInfo.InvariantCulture) + " of the answer";

    private string NotHttp(byte octet)
    {
        Keep(octet);
        string start = HttpGrammar.Latin1.GetString(_line, 0, _lineLength);
        return $"The answer is not HTTP/1.1: it begins with {HttpGrammar.Quote(start)} (last octet {Hex(octet)}), expected a line such as "
            + "'HTTP/1.1 101 Switching Protocols'. Check host and port, and whether TLS is spoken there.";
    }

    private static string Hex(int octet) => "0x" + octet.ToString("X2", CultureInfo.InvariantCulture);
}
