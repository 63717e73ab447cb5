using System;
using System.IO;
using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>Buffered, blocking reading of HTTP heads and frames from either side of a connection.</summary>
internal sealed class FrameReader(Stream stream)
{
    private const int MaxHead = 256 * 1024;
    private const int MaxPayload = 256 * 1024 * 1024;

    // One byte, one character, so that a head can be compared byte for byte.
    private static readonly Encoding Latin1 = Encoding.GetEncoding("iso-8859-1");

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Whether any byte has come.</summary>
    public bool HasRead { get; private set; }

    /// <summary>The lines up to the first blank one, that one included.</summary>
    public string ReadHead()
    {
        var head = new MemoryStream();
        const uint blankLine = 0x0d0a0d0a;
        for (uint last = 0; last != blankLine;)
        {
            byte next = ReadByte();
            head.WriteByte(next);
            last = (last << 8) | next;
            if (head.Length > MaxHead)
                throw new InvalidDataException($"No blank line within {MaxHead} bytes.");
        }

        return Latin1.GetString(head.ToArray());
    }

    /// <summary>Null when the stream ends between two frames.</summary>
    public ServerFrame? ReadFrame()
    {
        if (_start == _end && !Fill())
            return null;

        byte first = ReadByte();
        byte second = ReadByte();
        long length = ReadLength(second & 0x7f);
        if (length is < 0 or > MaxPayload)
            throw new InvalidDataException($"A frame of {length} bytes.");

        byte[]? key = (second & 0x80) == 0 ? null : ReadBytes(4);
        byte[] payload = ReadBytes((int)length);
        if (key is not null)
            MaskKey.Apply(payload, key);

        var frame = new ServerFrame((first & 0x80) != 0, (first >> 4) & 7, first & 0x0f, payload, key);
        if (frame.IsControl && (!frame.Fin || length > 125))
            throw new InvalidDataException("RFC 6455 5.5: a control frame is whole and has at most 125 bytes.");
        return frame;
    }

    public byte[] ReadToEnd()
    {
        var rest = new MemoryStream();
        do
        {
            rest.Write(_buffer, _start, _end - _start);
        }
        while (Fill());
        return rest.ToArray();
    }

    private long ReadLength(int lengthBits)
    {
        if (lengthBits < 126)
            return lengthBits;

        long length = 0;
        foreach (byte digit in ReadBytes(lengthBits == 126 ? 2 : 8))
            length = (length << 8) | digit;
        if (length >= 0 && length <= (lengthBits == 126 ? 125 : ushort.MaxValue))
            throw new InvalidDataException($"RFC 6455 5.2: the length {length} is not in its shortest form.");
        return length;
    }

    private byte ReadByte()
    {
        if (_start == _end && !Fill())
            throw new EndOfStreamException("The peer ended the stream in the middle.");
        return _buffer[_start++];
    }

    private byte[] ReadBytes(int count)
    {
        byte[] bytes = new byte[count];
        int done = Math.Min(count, _end - _start);
        Buffer.BlockCopy(_buffer, _start, bytes, 0, done);
        _start += done;
        while (done < count)
        {
            int got = stream.Read(bytes, done, count - done);
            if (got == 0)
                throw new EndOfStreamException($"The peer ended the stream after {done} of {count} bytes.");
            done += got;
        }

        return bytes;
    }

    private bool Fill()
    {
        _start = 0;
        _end = 0;
        _end = stream.Read(_buffer, 0, _buffer.Length);
        HasRead |= _end > 0;
        return _end > 0;
    }
}
