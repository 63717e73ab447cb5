using System;
using System.Buffers.Binary;
using System.IO;
using Sync.WebSockets.Protocol.Frames;

namespace Benchmarks.Server;

/// <summary>Reads what clients send. It trusts them: they are ours.</summary>
internal sealed class FrameReader(Stream stream)
{
    private const int LongestHeader = 14;

    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;
    private uint _key;

    /// <summary>The first octet of the frame.</summary>
    public byte First { get; private set; }

    public int PayloadLength { get; private set; }

    /// <summary>False: the client has gone.</summary>
    public bool TryReadHeader()
    {
        if (!TryFill(2))
            return false;
        int length = _buffer[_start + 1] & 0x7F;
        int extended = length switch { 126 => 2, 127 => 8, _ => 0 };
        if (!TryFill(2 + extended + sizeof(uint)))
            return false;
        First = _buffer[_start];
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_start + 2);
        PayloadLength = extended switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            8 => (int)BinaryPrimitives.ReadInt64BigEndian(rest),
            _ => length,
        };
        _key = BinaryPrimitives.ReadUInt32LittleEndian(rest[extended..]);
        _start += 2 + extended + sizeof(uint);
        return true;
    }

    public void SkipPayload()
    {
        int left = PayloadLength;
        while (left > _end - _start)
        {
            left -= _end - _start;
            _start = 0;
            _end = stream.Read(_buffer);
            if (_end == 0)
                throw new EndOfStreamException();
        }
        _start += left;
    }

    public ReadOnlySpan<byte> ReadPayload()
    {
        ReadOnlySpan<byte> frame = ReadAsAnswer(First);
        return frame[^PayloadLength..];
    }

    /// <summary>The same payload in a server's frame. It is made where the client's was, since its header is four bytes shorter.</summary>
    public ReadOnlySpan<byte> ReadAsAnswer(byte first)
    {
        if (!TryFill(PayloadLength))
            throw new EndOfStreamException();
        Span<byte> payload = _buffer.AsSpan(_start, PayloadLength);
        Mask.Copy(payload, payload, _key, 0);
        int header = Frame.HeaderLength(PayloadLength);
        Frame.WriteHeader(_buffer.AsSpan(_start - header), first, PayloadLength);
        _start += PayloadLength;
        return _buffer.AsSpan(_start - header - PayloadLength, header + PayloadLength);
    }

    private bool TryFill(int count)
    {
        if (_start == _end)
            _start = _end = LongestHeader;
        if (_buffer.Length - _start < count)
        {
            // There has to be room for the header of an answer before the payload; what stood there does not matter.
            Buffer.BlockCopy(_buffer, _start, _buffer, LongestHeader, _end - _start);
            _end -= _start - LongestHeader;
            _start = LongestHeader;
        }
        while (_end - _start < count)
        {
            int read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return false;
            _end += read;
        }
        return true;
    }
}
