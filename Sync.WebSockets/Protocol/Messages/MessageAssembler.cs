using System;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>
/// Puts a message together out of pieces of payload, and keeps the rules that span frames.
///
/// Its buffer grows with what has come, never with what is announced: a header that promises a gigabyte costs at most 64 KiB
/// until data follows, and later at most twice what was received. The final frame's header tells the message's exact size, unless it
/// is compressed; growth stops there, so that a message in one frame is handed over without a last copy.
/// </summary>
internal sealed class MessageAssembler(long maxMessageSize)
{
    // Empty fragments cost nothing in bytes, so they are bounded in number.
    public const int MaxFragments = 262_144;

    private const int SmallestBuffer = 4 * 1024;

    // Compressed messages are often small, and tell their size too late: one buffer of this size is kept for them.
    private const int KeptBuffer = 2 * 1024;
    private const int LargestFirstBuffer = 64 * 1024;

    // The longest byte[] that the runtimes can make.
    private const int LongestArray = 0x7FFFFFC7;

    private readonly long _limit = Math.Min(maxMessageSize, LongestArray);
    private readonly byte[] _excess = new byte[1];

    private TextCheck _text;
    private byte[] _buffer = [];
    private int _length;
    private long _announced;    // The payload lengths of all frames of this message; nothing is known of a compressed one's.
    private int _fragments;     // 0: no message is open.
    private bool _isFinal;      // No further frame can add to _announced.

    public WebSocketMessageType MessageType { get; private set; }

    /// <summary>Whether what the open message's frames hold is to be inflated.</summary>
    public bool IsCompressed { get; private set; }

    public int RetainedBytes => _buffer.Length;

    private bool IsOpen => _fragments > 0;

    /// <summary>May this data frame come now? Changes nothing.</summary>
    public Violation? Check(FrameHeader header)
    {
        bool continues = header.Opcode == Opcode.Continuation;
        if (continues && !IsOpen)
            return Violation.Protocol("The server sent a continuation frame, but there is no message to continue; RFC 6455 5.4.");
        if (!continues && IsOpen)
            return Violation.Protocol(Invariant(
                $"The server began a {header.Opcode} message inside a fragmented one, which has to end first; RFC 6455 5.4."));
        if (!IsCompressed && !header.IsCompressed && header.PayloadLength > _limit - _announced)
            return TooBig(header.PayloadLength);
        if (_fragments == MaxFragments)
            return Violation.Policy(Invariant($"The server sent a message in more than {MaxFragments} fragments, the most taken."));
        return null;
    }

    /// <summary>Begins a data frame that has passed <see cref="Check"/>.</summary>
    public void Begin(FrameHeader header)
    {
        if (!IsOpen)
        {
            bool isText = header.Opcode == Opcode.Text;
            MessageType = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            _text = new TextCheck(isText);
            IsCompressed = header.IsCompressed;
        }

        _fragments++;
        if (!IsCompressed)
            _announced += header.PayloadLength;
        _isFinal = header.Fin;
    }

    public Violation? Append(ReadOnlySpan<byte> payload)
    {
        Violation? violation = null;
        while (violation is null && !payload.IsEmpty)
        {
            Span<byte> room = GetRoom(payload.Length);
            payload.Slice(0, room.Length).CopyTo(room);
            payload = payload.Slice(room.Length);
            violation = Commit(room.Length);
        }

        return violation;
    }

    /// <summary>Where payload can be put without a copy: at least one byte, at most <paramref name="wanted"/>.</summary>
    public ArraySegment<byte> GetRoom(long wanted)
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, NextCapacity());
        return new ArraySegment<byte>(_buffer, _length, (int)Math.Min(wanted, _buffer.Length - _length));
    }

    /// <summary>The first <paramref name="count"/> bytes of the room are payload now.</summary>
    public Violation? Commit(int count)
    {
        ReadOnlySpan<byte> added = _buffer.AsSpan(_length, count);
        _length += count;
        return _text.Append(added);
    }

    /// <summary>Puts payload behind what there is by inflating all that the inflater was fed.</summary>
    public Violation? InflateFrom(MessageInflater inflater)
    {
        while (true)
        {
            bool isFull = _length == _limit;
            int count = inflater.Inflate(isFull ? new ArraySegment<byte>(_excess) : GetRoom(int.MaxValue), out Violation? violation);
            if (violation is not null || count == 0)
                return violation;
            violation = isFull ? InflatedTooBig() : Commit(count);
            if (violation is not null)
                return violation;
        }
    }

    /// <summary>Ends the message; the array is its receiver's own.</summary>
    public Violation? Complete(out byte[] message)
    {
        message = _length == _buffer.Length ? _buffer : _buffer.AsSpan(0, _length).ToArray();
        if (message == _buffer || _buffer.Length > KeptBuffer)
            _buffer = [];
        _length = 0;
        _announced = 0;
        _fragments = 0;
        IsCompressed = false;
        return _text.Finish();
    }

    private int NextCapacity()
    {
        long first = IsCompressed ? KeptBuffer : Math.Min(Math.Max(_announced, SmallestBuffer), LargestFirstBuffer);
        long most = _isFinal && !IsCompressed ? _announced : _limit;
        return (int)Math.Min(Math.Max(2L * _buffer.Length, first), most);
    }

    private Violation InflatedTooBig() => Violation.TooBig(Invariant(
        $"The server sent a compressed message of more than {_limit} bytes, the limit for a message; {Remedy}."));

    private Violation TooBig(long payloadLength)
    {
        string came = IsOpen
            ? Invariant($"a fragment of {payloadLength} bytes after {_announced} bytes of the same message")
            : Invariant($"a message of {payloadLength} bytes");
        return Violation.TooBig(Invariant($"The server sent {came}, over the limit of {_limit} bytes for a message; {Remedy}."));
    }

    private string Remedy => _limit < LongestArray ? "MaxMessageSize raises the limit" : "one array holds no more";
}
