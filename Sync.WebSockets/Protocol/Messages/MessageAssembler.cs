using System;
using System.Buffers;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>
/// Puts a message together out of pieces of payload, and keeps the rules that span frames.
///
/// What it keeps grows with what has come, never with what is announced: a header that promises a gigabyte costs at most 64 KiB
/// until data follows, and later at most twice what was received. A long message is handed over in the pieces that it was put together
/// of; its receiver copies it, once, to where it wants it.
/// </summary>
internal sealed class MessageAssembler(long maxMessageSize, long maxStreamedSize, ArrayPool<byte> pool)
{
    // Empty fragments cost nothing in bytes, so they are bounded in number.
    public const int MaxFragments = 262_144;

    private const int SmallestBuffer = 4 * 1024;

    // Compressed messages are often small, and tell their size too late. The one before is the best guess: to inflate in one go, into one array,
    // takes least.
    private const int SmallestInflated = 2 * 1024;
    private const int LargestFirstBuffer = 64 * 1024;

    // The longest byte[] that the runtimes can make.
    private const int LongestArray = 0x7FFFFFC7;

    private readonly long _limitOfWhole = Math.Min(maxMessageSize, LongestArray);
    private readonly byte[] _excess = new byte[1];

    private TextCheck _text;
    private PayloadPieces _pieces = new(pool);
    private bool _isShared;     // Others look at what there is.
    private long _announced;    // The payload lengths of all frames of this message; nothing is known of a compressed one's.
    private int _fragments;     // 0: no message is open.
    private bool _isFinal;      // No further frame can add to _announced.
    private long _taken;        // So much of it was taken away.
    private bool _hasExcess;    // A byte was inflated beyond the limit.
    private int _lastInflated;  // How long the last compressed message was.

    public WebSocketMessageType MessageType { get; private set; }

    /// <summary>Whether what the open message's frames hold is to be inflated.</summary>
    public bool IsCompressed { get; private set; }

    public long RetainedBytes => _pieces.Capacity;

    /// <summary>A message has begun.</summary>
    public bool IsOpen => _fragments > 0;

    /// <summary>How much has come of it and was not taken away.</summary>
    public int Length => _pieces.Length;

    /// <summary>What has come of the message, or will come of the next one, is taken away before it is complete.</summary>
    public bool InParts { get; private set; }

    /// <summary>There is so much that it has to be taken away before more is inflated.</summary>
    public bool IsPartFull => InParts && Length >= LargestFirstBuffer;

    private long Limit => InParts ? maxStreamedSize : _limitOfWhole;

    /// <summary>Where the next message is put together, if it is a long one in one frame that is not compressed, and fits; or null.</summary>
    public byte[]? Destination { get; set; }

    /// <summary>The message that is open is put together in <see cref="Destination"/>.</summary>
    public bool IsInPlace => _pieces.Guest is not null;

    /// <summary>May this data frame come now? Changes nothing.</summary>
    public Violation? Check(FrameHeader header)
    {
        bool continues = header.Opcode == Opcode.Continuation;
        if (continues && !IsOpen)
            return Violation.Protocol("The server sent a continuation frame, but there is no message to continue; RFC 6455 5.4.");
        if (!continues && IsOpen)
            return Violation.Protocol(Invariant(
                $"The server began a {header.Opcode} message inside a fragmented one, which has to end first; RFC 6455 5.4."));
        if (!IsCompressed && !header.IsCompressed && header.PayloadLength > Limit - _announced)
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
            if (FitsDestination(header))
                _pieces.Adopt(Destination!);
        }

        _fragments++;
        if (!IsCompressed)
            _announced += header.PayloadLength;
        _isFinal = header.Fin;
    }

    /// <summary>What there is of the message is moved to memory of our own.</summary>
    public void Evict() => _pieces = _pieces.Behind(0);

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
        if (_pieces.IsFull)
            _pieces.Grow(NextSize());
        return _pieces.Room(wanted);
    }

    /// <summary>The first <paramref name="count"/> bytes of the room are payload now.</summary>
    public Violation? Commit(int count) => _text.Append(_pieces.Commit(count));

    /// <summary>What has come of the message and was not taken away, for others to look at, and maybe to have.</summary>
    public PayloadSeen Share()
    {
        _isShared = true;
        return _pieces.Seen;
    }

    /// <summary>The message that is open, or else the next one, is taken away in parts; the first bytes of what there is have been.</summary>
    public void BeginParts(int taken)
    {
        InParts = true;
        _taken = taken;
        _pieces = _pieces.Behind(taken);
        _isShared = false;
    }

    /// <summary>Takes away what there is: an array that is the caller's own, and not much larger than what is in it.</summary>
    public ArraySegment<byte> TakePart()
    {
        _taken += Length;
        // Only empty ones would go on for ever.
        _fragments = 1;
        return _pieces.TakeAll();
    }

    /// <summary>Puts payload behind what there is by inflating all that the inflater was fed, or as much as makes a part.</summary>
    public Violation? InflateFrom(MessageInflater inflater)
    {
        while (!IsPartFull)
        {
            long left = Limit - _taken - Length;
            bool isFull = left == 0;
            if (_hasExcess && isFull)
                return InflatedTooBig();
            if (_hasExcess)
            {
                _hasExcess = false;
                if (Append(_excess) is { } notUtf8)
                    return notUtf8;
                continue;
            }
            int count = inflater.Inflate(isFull ? new ArraySegment<byte>(_excess) : GetRoom(left), out Violation? violation);
            if (violation is not null || count == 0)
                return violation;
            _hasExcess = isFull;
            if (!isFull && Commit(count) is { } invalid)
                return invalid;
        }
        return null;
    }

    /// <summary>Ends the message, which is its receiver's own: a long one in pieces, or in <see cref="Destination"/>, others (or the last part) in an array.</summary>
    public Violation? Complete(out ArraySegment<byte> message, out PayloadPieces? pieces)
    {
        message = default;
        pieces = null;
        if (IsCompressed)
            _lastInflated = Length;
        if (InParts)
            message = TakePart();
        else if (IsInPlace)
            message = _pieces.Dismiss();
        else if (Length >= MessageDecoder.DirectThreshold)
            pieces = _pieces;
        else
            message = new ArraySegment<byte>(_pieces.ToArray());
        if (_isShared || pieces is not null)
            _pieces = new PayloadPieces(pool);
        else if (_pieces.Capacity > 0)
            _pieces.Free();
        _isShared = false;
        _announced = 0;
        _fragments = 0;
        _taken = 0;
        InParts = false;
        IsCompressed = false;
        return _text.Finish();
    }

    private bool FitsDestination(FrameHeader header) =>
        header.Fin && !header.IsCompressed && !InParts && header.PayloadLength >= MessageDecoder.DirectThreshold && header.PayloadLength <= Destination?.Length;

    private int NextSize()
    {
        long first = InParts ? LargestFirstBuffer
            : IsCompressed ? Math.Min(Math.Max(_lastInflated, SmallestInflated), LargestFirstBuffer)
            : Math.Min(Math.Max(_announced, SmallestBuffer), LargestFirstBuffer);
        long most = Math.Min(LongestArray, (_isFinal && !IsCompressed ? _announced : Limit) - _taken) - Length;
        return (int)Math.Min(Math.Max(Length, first), most);
    }

    private Violation InflatedTooBig() => Violation.TooBig(Invariant(
        $"The server sent a compressed message of more than {Limit} bytes, the limit for a message; {Remedy}."));

    private Violation TooBig(long payloadLength)
    {
        string came = IsOpen
            ? Invariant($"a fragment of {payloadLength} bytes after {_announced} bytes of the same message")
            : Invariant($"a message of {payloadLength} bytes");
        return Violation.TooBig(Invariant($"The server sent {came}, over the limit of {Limit} bytes for a message; {Remedy}."));
    }

    private string Remedy => InParts ? "MaxStreamedMessageSize raises the limit"
        : _limitOfWhole < LongestArray ? "MaxMessageSize raises the limit, and OpenReceiveStream takes longer ones"
        : "one array holds no more, but OpenReceiveStream takes longer ones";
}
