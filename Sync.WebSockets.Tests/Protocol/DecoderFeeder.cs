using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using FluentAssertions;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Protocol;

/// <summary>Plays the reader of a stream: keeps what the decoder left, and adds what comes.</summary>
internal sealed class DecoderFeeder
{
    private readonly MessageDecoder _decoder;
    private readonly bool _useDirect;
    private byte[] _rest = [];
    private bool _hasEnded;

    /// <param name="maxMessageSize">The limit.</param>
    /// <param name="useDirect">Whether it reads straight into the decoder.</param>
    /// <param name="contextTakeover">What was agreed on for compression; null: none.</param>
    /// <param name="isTraced">Whether headers are events too. A decoder that need not tell of them takes small messages in rows.</param>
    public DecoderFeeder(long maxMessageSize = long.MaxValue, bool useDirect = true, bool? contextTakeover = null, bool isTraced = true)
    {
        MessageInflater? inflater = contextTakeover is { } takeover ? new MessageInflater(takeover) : null;
        _decoder = new MessageDecoder(maxMessageSize, isTraced ? header => Events.Add("[" + header + "]") : null, inflater);
        _useDirect = useDirect;
    }

    public List<string> Events { get; } = [];

    public bool HasRefused => _decoder.Violation is not null;

    public string? Refusal => _decoder.Violation?.Message;

    public MessageDecoder Decoder => _decoder;

    public int DirectBytes { get; private set; }

    public void Add(byte[] input) => Add(input, 0, input.Length);

    public void Add(byte[] input, int offset, int count)
    {
        while (count > 0 && !_hasEnded)
        {
            int taken = _useDirect && _decoder.Direct.Count > 0 ? AddDirect(input, offset, count) : AddBuffered(input, offset, count);
            offset += taken;
            count -= taken;
        }
    }

    private int AddDirect(byte[] input, int offset, int count)
    {
        ArraySegment<byte> room = _decoder.Direct;
        count = Math.Min(count, room.Count);
        Buffer.BlockCopy(input, offset, room.Array!, room.Offset, count);
        DirectBytes += count;
        Note(_decoder.DirectFilled(count));
        return count;
    }

    // Each time in a new array, at a new place in it: the decoder must not remember either.
    private int AddBuffered(byte[] input, int offset, int count)
    {
        int start = 1 + _rest.Length % 5;
        int end = start + _rest.Length + count;
        byte[] buffer = new byte[end + 3];
        _rest.CopyTo(buffer, start);
        Buffer.BlockCopy(input, offset, buffer, start + _rest.Length, count);

        do
        {
            foreach ((WebSocketMessageType type, byte[] payload) in MessageRow.Take(_decoder, buffer, ref start, end))
                Events.Add(DecoderHarness.Describe(type, payload));
            start.Should().BeLessThanOrEqualTo(end);
        }
        while (Note(_decoder.Decode(buffer, ref start, end)));
        if (!_hasEnded)
            _decoder.BytesWanted.Should().BeGreaterThan(end - start, "else it could have got on").And.BeLessThanOrEqualTo(16 * 1024 + 14);
        if (_decoder.Direct.Count > 0)
            start.Should().Be(end);
        _rest = buffer.AsSpan(start, end - start).ToArray();
        return count;
    }

    private bool Note(DecodeResult result)
    {
        if (result == DecodeResult.TooBig)
            result = _decoder.Refuse();
        if (result == DecodeResult.NeedMore)
            return false;
        Events.Add(DecoderHarness.Describe(result, _decoder));
        _hasEnded = result is DecodeResult.Violation or DecodeResult.Close;
        return !_hasEnded;
    }
}
