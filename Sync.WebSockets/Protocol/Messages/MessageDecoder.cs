using System;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>
/// Bytes in, events out: messages and control frames, in the order in which they end on the wire.
///
/// A frame takes one of two ways. Control frames, and small messages in one frame, stay in the caller's buffer until they are
/// whole and are handed out as a slice of it: nothing is allocated. Everything else goes to the assembler piece by piece, through the
/// inflater when it is compressed.
/// Nothing is thrown, whatever comes in. What is refused stays refused; after a Close the decoder must not be used again.
/// </summary>
/// <param name="maxMessageSize">The longest message taken, in bytes, inflated.</param>
/// <param name="onFrame">Told of each header.</param>
/// <param name="inflater">Null: permessage-deflate was not agreed on.</param>
internal sealed class MessageDecoder(long maxMessageSize, Action<FrameHeader>? onFrame, MessageInflater? inflater = null)
{
    /// <summary>From here on a payload is taken out of the caller's buffer as it comes.</summary>
    public const int DirectThreshold = 16 * 1024;

    private readonly MessageAssembler _assembler = new(maxMessageSize);

    private Stage _stage;
    private FrameHeader _header;    // Of the frame that is being taken; stale in Stage.Header.
    private long _remaining;        // Stage.Pieces: payload of this frame that has not come yet.
    private TextCheck _text;        // Stage.Whole: the part of an incomplete text that was validated,
    private int _checked;           // and how long that part is.

    private enum Stage
    {
        Header,
        Whole,
        Pieces,
    }

    public WebSocketMessageType MessageType { get; private set; }

    public ArraySegment<byte> Payload { get; private set; }

    /// <summary>True: the payload is an array of exactly its size, and the receiver's own. False: a slice of the caller's buffer.</summary>
    public bool PayloadIsOwned { get; private set; }

    public ClosePayload ClosePayload { get; private set; }

    public Violation? Violation { get; private set; }

    /// <summary>After NeedMore: the least number of contiguous bytes from <c>start</c> with which decoding gets on.</summary>
    public int BytesWanted { get; private set; }

    /// <summary>
    /// After NeedMore, when not empty: the place for the next bytes of the stream. The caller may read straight into it, and
    /// then calls <see cref="DirectFilled"/>. Not offered for the last bytes of a payload: read into the caller's buffer, they
    /// bring the next frames along.
    /// </summary>
    public ArraySegment<byte> Direct { get; private set; }

    public int RetainedBytes => _assembler.RetainedBytes;

    /// <summary>
    /// Decodes the next event out of <paramref name="buffer"/>, and moves <paramref name="start"/> past what it consumed. After
    /// NeedMore the caller keeps the rest contiguous (in any buffer), adds to it and calls again.
    /// </summary>
    public DecodeResult Decode(byte[] buffer, ref int start, int end)
    {
        if (Violation is not null)
            return DecodeResult.Violation;
        // A turn per frame. Each consumes at least a header, or answers.
        DecodeResult? result;
        do
        {
            result = _stage == Stage.Header ? TakeHeader(buffer, ref start, end) : null;
            result ??= _stage == Stage.Whole ? TakeWhole(buffer, ref start, end) : TakePiece(buffer, ref start, end);
        }
        while (result is null);
        return result.Value;
    }

    /// <summary>The stream's next <paramref name="count"/> bytes were put at the beginning of <see cref="Direct"/>.</summary>
    public DecodeResult DirectFilled(int count) => Taken(count, _assembler.Commit(count)) ?? NeedMore(FrameDecoder.BytesWanted([]));

    private DecodeResult? TakeHeader(byte[] buffer, ref int start, int end)
    {
        ReadOnlySpan<byte> input = buffer.AsSpan(start, end - start);
        switch (FrameDecoder.Decode(input, inflater is not null, out _header, out Violation? violation))
        {
            case HeaderStatus.NeedMore: return NeedMore(FrameDecoder.BytesWanted(input));
            case HeaderStatus.Violation: return Fail(violation);
        }

        start += _header.HeaderLength;
        onFrame?.Invoke(_header);
        return BeginPayload();
    }

    private DecodeResult? BeginPayload()
    {
        // 5.4: control frames may stand between the fragments of a message; they are none of the assembler's business.
        Violation? violation = _header.IsControl ? null : _assembler.Check(_header);
        if (violation is not null)
            return Fail(violation);

        if (_header.IsControl || IsSmallMessage(_header))
        {
            _stage = Stage.Whole;
            _text = new TextCheck(_header.Opcode == Opcode.Text);
            _checked = 0;
        }
        else
        {
            _stage = Stage.Pieces;
            _assembler.Begin(_header);
            _remaining = _header.PayloadLength;
            if (_header.IsCompressed)
                inflater!.Begin();
        }

        return null;
    }

    private static bool IsSmallMessage(FrameHeader header) =>
        header.Fin && header.Opcode != Opcode.Continuation && !header.IsCompressed && header.PayloadLength < DirectThreshold;

    private DecodeResult TakeWhole(byte[] buffer, ref int start, int end)
    {
        int length = (int)_header.PayloadLength;
        int available = Math.Min(length, end - start);
        Violation? violation = _text.Append(buffer.AsSpan(start + _checked, available - _checked));
        _checked = available;
        if (violation is not null)
            return Fail(violation);
        if (available < length)
            return NeedMore(length);

        SetPayload(new ArraySegment<byte>(buffer, start, length), isOwned: false);
        start += length;
        _stage = Stage.Header;
        return _header.Opcode switch
        {
            Opcode.Ping => DecodeResult.Ping,
            Opcode.Pong => DecodeResult.Pong,
            Opcode.Close => ParseClose(),
            Opcode.Text => DeliverMessage(WebSocketMessageType.Text, _text.Finish()),
            _ => DeliverMessage(WebSocketMessageType.Binary, null),
        };
    }

    private DecodeResult? TakePiece(byte[] buffer, ref int start, int end)
    {
        int count = (int)Math.Min(_remaining, end - start);
        Violation? violation;
        if (_assembler.IsCompressed)
        {
            inflater!.Feed(new ArraySegment<byte>(buffer, start, count), _remaining);
            violation = _assembler.InflateFrom(inflater);
        }
        else
        {
            violation = _assembler.Append(buffer.AsSpan(start, count));
        }
        start += count;
        return Taken(count, violation);
    }

    // Null: the frame has ended, its message has not.
    private DecodeResult? Taken(int count, Violation? violation)
    {
        if (violation is not null)
            return Fail(violation);

        _remaining -= count;
        if (_remaining > 0)
            return NeedMore(1, _remaining >= DirectThreshold && !_assembler.IsCompressed ? _assembler.GetRoom(_remaining) : default);

        _stage = Stage.Header;
        return _header.Fin ? CompleteMessage() : null;
    }

    private DecodeResult CompleteMessage()
    {
        if (_assembler.IsCompressed && inflater!.End() is { } truncated)
            return Fail(truncated);
        Violation? violation = _assembler.Complete(out byte[] message);
        SetPayload(new ArraySegment<byte>(message), isOwned: true);
        return DeliverMessage(_assembler.MessageType, violation);
    }

    private DecodeResult DeliverMessage(WebSocketMessageType type, Violation? violation)
    {
        MessageType = type;
        return violation is null ? DecodeResult.Message : Fail(violation);
    }

    private DecodeResult ParseClose()
    {
        Violation? violation = ClosePayload.TryParse(Payload, out ClosePayload close);
        ClosePayload = close;
        return violation is null ? DecodeResult.Close : Fail(violation);
    }

    private DecodeResult Fail(Violation? violation)
    {
        // 7.1.7: what was wrong is never delivered.
        SetPayload(default, isOwned: false);
        Violation = violation;
        return DecodeResult.Violation;
    }

    private DecodeResult NeedMore(int bytesWanted, ArraySegment<byte> direct = default)
    {
        // A waiting decoder must not keep the last message alive.
        SetPayload(default, isOwned: false);
        BytesWanted = bytesWanted;
        Direct = direct;
        return DecodeResult.NeedMore;
    }

    private void SetPayload(ArraySegment<byte> payload, bool isOwned)
    {
        Payload = payload;
        PayloadIsOwned = isOwned;
        Direct = default;
    }
}
