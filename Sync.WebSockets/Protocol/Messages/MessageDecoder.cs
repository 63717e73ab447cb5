using System;
using System.Buffers;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>
/// Bytes in, events out: messages and control frames, in the order in which they end on the wire.
///
/// A frame takes one of two ways. Control frames, and small messages in one frame that is there as a whole, are handed out as a slice of the
/// caller's buffer: nothing is allocated. Everything else goes to the assembler piece by piece, through the inflater when it is compressed.
///
/// A message may also be handed out in parts (<see cref="HandOutParts"/>), from any moment on. What came of it before a bad header, or a
/// Close, is handed out first.
/// Nothing is thrown, whatever comes in. What is refused stays refused; after a Close the decoder must not be used again.
/// </summary>
/// <param name="maxMessageSize">The longest message taken, in bytes, inflated.</param>
/// <param name="onFrame">Told of each header.</param>
/// <param name="inflater">Null: permessage-deflate was not agreed on.</param>
/// <param name="maxStreamedSize">The longest message that is handed out in parts.</param>
/// <param name="pool">What long messages are put together in; null: the shared one.</param>
internal sealed class MessageDecoder(
    long maxMessageSize,
    Action<FrameHeader>? onFrame,
    MessageInflater? inflater = null,
    long maxStreamedSize = long.MaxValue,
    ArrayPool<byte>? pool = null)
{
    /// <summary>From here on a payload is taken out of the caller's buffer as it comes.</summary>
    public const int DirectThreshold = 16 * 1024;

    /// <summary>Less than this of a payload is not worth a read of its own: into the caller's buffer the next frames come with it.</summary>
    public const int ShortRest = 4 * 1024;

    // Becomes Part; then the same is decoded again.
    private const DecodeResult PartFirst = DecodeResult.NeedMore;

    private readonly MessageAssembler _assembler = new(maxMessageSize, maxStreamedSize, pool ?? ArrayPool<byte>.Shared);

    private Stage _stage;
    private FrameHeader _header;    // Of the frame that is being taken; stale in Stage.Header.
    private long _remaining;        // Stage.Pieces: payload of this frame that was not taken yet.
    private int _inflating;         // Stage.Pieces: how long the piece is that the inflater was fed and has not done with.
    private Violation? _tooBig;

    private enum Stage
    {
        Header,
        Payload,
        Whole,
        Pieces,
    }

    public WebSocketMessageType MessageType { get; private set; }

    /// <summary>The payload of what was decoded, but for a long message, which comes in <see cref="Pieces"/>.</summary>
    public ArraySegment<byte> Payload { get; private set; }

    /// <summary>The payload of a long message, the receiver's own; null: it is in <see cref="Payload"/>.</summary>
    public PayloadPieces? Pieces { get; private set; }

    public int PayloadLength => Pieces?.Length ?? Payload.Count;

    /// <summary>True: the payload is the receiver's own. False: a slice of the caller's buffer.</summary>
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

    public long RetainedBytes => _assembler.RetainedBytes;

    /// <summary>A message has begun and is not complete, so that there is something to <see cref="Share"/>.</summary>
    public bool HasUnfinished => _assembler.IsOpen || _stage == Stage.Payload;

    /// <summary>The type of the message that is not complete.</summary>
    public WebSocketMessageType UnfinishedType => _assembler.IsOpen ? _assembler.MessageType
        : _header.Opcode == Opcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;

    /// <summary>
    /// Where the next message may be put together, if it is long and fits; null: nowhere. It is the receiver's own memory, so it has to be
    /// <see cref="Evict"/>ed from there before that changes.
    /// </summary>
    public byte[]? Destination
    {
        get => _assembler.Destination;
        set => _assembler.Destination = value;
    }

    /// <summary>The message that is not complete is put together in <see cref="Destination"/>; so there is nothing to share.</summary>
    public bool IsInPlace => _assembler.IsInPlace;

    /// <summary>The message was put together in <see cref="Destination"/>.</summary>
    public bool PayloadIsInPlace => Payload.Count > 0 && Payload.Array == Destination;

    /// <summary>
    /// The short way for what comes most: takes small messages that come one right behind the other, each in one frame that is there as a
    /// whole, and leaves them where they lie. It takes only what is in order for certain; whatever is left is up to <see cref="Decode"/>, which
    /// knows the rules.
    /// </summary>
    /// <param name="buffer">As for <see cref="Decode"/>.</param>
    /// <param name="start">Is moved past them.</param>
    /// <param name="end">As for <see cref="Decode"/>.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="payloads">How long their payloads are together.</param>
    /// <returns>How many they are.</returns>
    public int TakeRow(byte[] buffer, ref int start, int end, int most, out int payloads)
    {
        payloads = 0;
        if (_stage != Stage.Header || _assembler.IsOpen || onFrame is not null || Violation is not null)
            return 0;
        int count = 0;
        int longest = (int)Math.Min(maxMessageSize, DirectThreshold - 1);
        ReadOnlySpan<byte> rest = buffer.AsSpan(start, end - start);
        while (count < most && TryTakeSmallMessage(ref rest, longest, out int length))
        {
            payloads += length;
            count++;
        }
        start = end - rest.Length;
        return count;
    }

    /// <summary>
    /// Decodes the next event out of <paramref name="buffer"/>, and moves <paramref name="start"/> past what it consumed. After
    /// NeedMore the caller keeps the rest contiguous (in any buffer), adds to it and calls again. After Part and TooBig it calls again with
    /// the buffer as it is.
    /// </summary>
    public DecodeResult Decode(byte[] buffer, ref int start, int end)
    {
        if (Violation is not null)
            return DecodeResult.Violation;
        // Each turn consumes something, gets a stage further, or answers.
        DecodeResult? result;
        do
        {
            result = _stage switch
            {
                Stage.Header => TakeHeader(buffer, ref start, end),
                Stage.Payload => BeginPayload(),
                Stage.Whole => TakeWhole(buffer, ref start, end),
                _ => TakePiece(buffer, ref start, end),
            };
        }
        while (result is null);
        return OrPart(result.Value);
    }

    /// <summary>Nothing is put together in <see cref="Destination"/> any more. True: something was, and has been moved to memory of our own.</summary>
    public bool Evict()
    {
        Destination = null;
        if (!IsInPlace)
            return false;
        _assembler.Evict();
        Direct = default;
        return true;
    }

    /// <summary>
    /// What there is of the message that is not complete, for others to look at. It stays as it is until the message is complete, and after
    /// that as well if it was not a long one.
    /// </summary>
    public PayloadSeen Share() => _assembler.Share();

    /// <summary>The stream's next <paramref name="count"/> bytes were put at the beginning of <see cref="Direct"/>.</summary>
    public DecodeResult DirectFilled(int count) =>
        OrPart(Taken(count, _assembler.Commit(count)) ?? NeedMore(FrameDecoder.BytesWanted([])));

    /// <summary>
    /// The message that is open, or too big, is handed out in parts (<see cref="DecodeResult.Part"/>) as they come; Message is the last one.
    /// The receiver has got, and holds, the first bytes of what was shared.
    /// </summary>
    public void HandOutParts(int handed)
    {
        _assembler.BeginParts(handed);
        Direct = default;
    }

    /// <summary>Whether the message that is open, or too big, is handed out in parts.</summary>
    public bool HandsOutParts => _assembler.InParts;

    /// <summary>There is something to be handed out, so the next answer is not NeedMore.</summary>
    public bool HasPart => _assembler.InParts && _assembler.Length > 0;

    /// <summary>After TooBig: it is not handed out in parts either.</summary>
    public DecodeResult Refuse() => Fail(_tooBig);

    private static bool TryTakeSmallMessage(ref ReadOnlySpan<byte> input, int longest, out int length)
    {
        if (!FrameDecoder.TryReadSmall(input, out bool isText, out int headerLength, out length) || length > longest || length > input.Length - headerLength)
            return false;
        if (isText && !Utf8Validator.IsValid(input.Slice(headerLength, length)))
            return false;
        input = input.Slice(headerLength + length);
        return true;
    }

    private DecodeResult? TakeHeader(byte[] buffer, ref int start, int end)
    {
        ReadOnlySpan<byte> input = buffer.AsSpan(start, end - start);
        switch (FrameDecoder.Decode(input, inflater is not null, out _header, out Violation? violation))
        {
            case HeaderStatus.NeedMore: return NeedMore(FrameDecoder.BytesWanted(input));
            case HeaderStatus.Violation: return HasPart ? PartFirst : Fail(violation);
        }

        start += _header.HeaderLength;
        onFrame?.Invoke(_header);
        _stage = Stage.Payload;
        return null;
    }

    private DecodeResult? BeginPayload()
    {
        // 5.4: control frames may stand between the fragments of a message; they are none of the assembler's business.
        Violation? violation = _header.IsControl ? null : _assembler.Check(_header);
        if (violation is not null)
            return HasPart ? PartFirst : FailOrAsk(violation);
        if (_header.IsControl || (IsSmallMessage(_header) && !_assembler.InParts))
            _stage = Stage.Whole;
        else
            BeginPieces();
        return null;
    }

    private void BeginPieces()
    {
        _stage = Stage.Pieces;
        _assembler.Begin(_header);
        _remaining = _header.PayloadLength;
        if (_header.IsCompressed)
            inflater!.Begin();
    }

    private static bool IsSmallMessage(FrameHeader header) =>
        header.Fin && header.Opcode != Opcode.Continuation && !header.IsCompressed && header.PayloadLength < DirectThreshold;

    private DecodeResult? TakeWhole(byte[] buffer, ref int start, int end)
    {
        int length = (int)_header.PayloadLength;
        if (end - start < length)
        {
            if (_header.IsControl)
                return NeedMore(length);
            // A message does not wait here for the rest of it: of one that is handed out as a slice the header lies right before it.
            BeginPieces();
            return null;
        }

        if (_header.Opcode == Opcode.Close && HasPart)
            return PartFirst;
        SetPayload(new ArraySegment<byte>(buffer, start, length), isOwned: false);
        start += length;
        _stage = Stage.Header;
        return _header.Opcode switch
        {
            Opcode.Ping => DecodeResult.Ping,
            Opcode.Pong => DecodeResult.Pong,
            Opcode.Close => ParseClose(),
            Opcode.Text => DeliverMessage(WebSocketMessageType.Text, CheckText()),
            _ => DeliverMessage(WebSocketMessageType.Binary, null),
        };
    }

    private Violation? CheckText()
    {
        TextCheck text = new(isText: true);
        return text.Append(Payload) ?? text.Finish();
    }

    private DecodeResult? TakePiece(byte[] buffer, ref int start, int end)
    {
        int count = (int)Math.Min(_remaining, end - start);
        if (_assembler.IsCompressed)
            return InflatePiece(buffer, ref start, count);
        Violation? violation = _assembler.Append(buffer.AsSpan(start, count));
        start += count;
        return Taken(count, violation);
    }

    // The inflater may have more to give than the assembler takes at once; then it goes on with the same piece.
    private DecodeResult? InflatePiece(byte[] buffer, ref int start, int count)
    {
        if (_inflating == 0)
        {
            inflater!.Feed(new ArraySegment<byte>(buffer, start, count), _remaining);
            start += count;
            _inflating = count;
        }
        Violation? violation = _assembler.InflateFrom(inflater!);
        if (violation is not null)
            return FailOrAsk(violation);
        if (_assembler.IsPartFull)
            return PartFirst;
        count = _inflating;
        _inflating = 0;
        return Taken(count, null);
    }

    // Null: the frame has ended, its message has not.
    private DecodeResult? Taken(int count, Violation? violation)
    {
        if (violation is not null)
            return Fail(violation);

        _remaining -= count;
        if (_remaining > 0)
            return NeedMore(1, _remaining >= ShortRest && !_assembler.IsCompressed && !HasPart ? _assembler.GetRoom(_remaining) : default);

        _stage = Stage.Header;
        return _header.Fin ? CompleteMessage() : null;
    }

    private DecodeResult CompleteMessage()
    {
        if (_assembler.IsCompressed && inflater!.End() is { } truncated)
            return Fail(truncated);
        Violation? violation = _assembler.Complete(out ArraySegment<byte> message, out PayloadPieces? pieces);
        SetPayload(message, isOwned: true);
        Pieces = pieces;
        return DeliverMessage(_assembler.MessageType, violation);
    }

    private DecodeResult DeliverMessage(WebSocketMessageType type, Violation? violation)
    {
        MessageType = type;
        return violation is null ? DecodeResult.Message : Fail(violation);
    }

    private DecodeResult OrPart(DecodeResult result)
    {
        if (result != DecodeResult.NeedMore || !HasPart)
            return result;
        MessageType = _assembler.MessageType;
        SetPayload(_assembler.TakePart(), isOwned: true);
        return DecodeResult.Part;
    }

    // One that is too big as a whole may still be taken in parts.
    private DecodeResult FailOrAsk(Violation violation)
    {
        if (violation.CloseStatus != WebSocketCloseStatus.MessageTooBig || _assembler.InParts)
            return Fail(violation);
        _tooBig = violation;
        SetPayload(default, isOwned: false);
        return DecodeResult.TooBig;
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
        Pieces = null;
        PayloadIsOwned = isOwned;
        Direct = default;
    }
}
