using System;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Fuzzing;

/// <summary>
/// Feeds a decoder a stream piece by piece, and holds each thing that it says against what the stream says: neither more, nor less, nor
/// later than the octet that decides.
/// </summary>
internal sealed class DecoderRun
{
    private const int Shift = 7;

    private readonly byte[] _stream;
    private readonly ReferenceDecoder _expected;
    private readonly bool _useDirect;
    private readonly bool _isTraced;
    private readonly MessageDecoder _decoder;
    private byte[] _buffer;
    private byte[] _other;
    private int _start;
    private int _end;
    private int _before;
    private int _received;
    private int _said;
    private int _headers;
    private bool _hasEnded;

    public DecoderRun(byte[] stream, ReferenceDecoder expected, long limit, bool useDirect, bool isTraced)
    {
        _stream = stream;
        _expected = expected;
        _useDirect = useDirect;
        _isTraced = isTraced;
        _decoder = new MessageDecoder(limit, isTraced ? _ => _headers++ : null);
        _buffer = new byte[stream.Length + Shift];
        _other = new byte[stream.Length + Shift];
    }

    /// <summary>Feeds all of it, in pieces of the size that is asked for again each time.</summary>
    public void Feed(Func<int> nextSize)
    {
        while (_received < _stream.Length && !_hasEnded)
        {
            int count = Math.Min(nextSize(), _stream.Length - _received);
            if (_useDirect && _decoder.Direct.Count > 0)
                AddDirect(Math.Min(count, _decoder.Direct.Count));
            else
                AddBuffered(count);
            CheckWaiting();
        }

        Demand(_said == _expected.Events.Count, "it said all that the stream says");
        Demand(!_isTraced || _headers == _expected.Headers, "it traced each header once");
        if (_decoder.Violation is not null)
            CheckRefusal();
    }

    private void AddDirect(int count)
    {
        Buffer.BlockCopy(_stream, _received, _decoder.Direct.Array!, _decoder.Direct.Offset, count);
        Receive(count);
        Note(_decoder.DirectFilled(count));
    }

    // Each time into another buffer, at another place in it, and the old one is overwritten: the decoder must not remember either.
    private void AddBuffered(int count)
    {
        int rest = _end - _start;
        int start = _received % Shift;
        Buffer.BlockCopy(_buffer, _start, _other, start, rest);
        Buffer.BlockCopy(_stream, _received, _other, start + rest, count);
        _buffer.AsSpan(_start, rest).Fill(0xEE);
        (_buffer, _other, _start, _end) = (_other, _buffer, start, start + rest + count);
        Receive(count);
        int from;
        do
        {
            from = _start;
            foreach ((WebSocketMessageType type, byte[] payload) in MessageRow.Take(_decoder, _buffer, ref _start, _end))
                Check(Next(), DecodeResult.Message, CodeOf(type), payload);
        }
        while (Note(_decoder.Decode(_buffer, ref _start, _end)));
        Demand(_start >= from && _start <= _end, "it stays in the buffer");
    }

    private void Receive(int count)
    {
        _before = _received;
        _received += count;
    }

    // True: there may be more.
    private bool Note(DecodeResult result)
    {
        if (result == DecodeResult.TooBig)
            result = _decoder.Refuse();
        if (result == DecodeResult.NeedMore)
            return false;
        WireEvent expected = Next();
        Check(expected, result, CodeOf(result), result == DecodeResult.Close ? expected.Payload : _decoder.Bytes());
        _hasEnded = result is DecodeResult.Close or DecodeResult.Violation;
        return !_hasEnded;
    }

    private WireEvent Next()
    {
        Demand(_said < _expected.Events.Count, "it says no more than the stream");
        return _expected.Events[_said++];
    }

    private void Check(WireEvent expected, DecodeResult result, int code, ReadOnlySpan<byte> payload)
    {
        Demand(result == expected.Kind && code == expected.Code, "it says what the stream says");
        Demand(payload.SequenceEqual(expected.Payload), "payloads are the same");
        Demand(expected.End > _before && expected.End <= _received, "it says so with the octet that decides");
    }

    private static int CodeOf(WebSocketMessageType type) => type == WebSocketMessageType.Text ? 1 : 2;

    private int CodeOf(DecodeResult result) => result switch
    {
        DecodeResult.Message => CodeOf(_decoder.MessageType),
        DecodeResult.Close => (int?)_decoder.ClosePayload.Status ?? 0,
        DecodeResult.Violation => (int)_decoder.Violation!.CloseStatus,
        _ => 0,
    };

    private void CheckWaiting()
    {
        Demand(_decoder.RetainedBytes <= (2L * _received) + (64 * 1024), "it holds little more than what came");
        if (_hasEnded)
            return;
        Demand(_said == _expected.Events.Count || _expected.Events[_said].End > _received, "it keeps nothing back");
        Demand(_decoder.BytesWanted > _end - _start && _decoder.BytesWanted <= MessageDecoder.DirectThreshold, "it waits for what it lacks");
        Demand(_decoder.Direct.Count == 0 || _start == _end, "what goes straight into the message overtakes nothing");
    }

    private void CheckRefusal()
    {
        int start = _start;
        Demand(_decoder.Decode(_buffer, ref start, _end) == DecodeResult.Violation && start == _start, "what is refused stays refused");
        Demand(_decoder.Direct.Count == 0 && _decoder.PayloadLength == 0, "nothing of what was wrong is handed out");
    }

    private void Demand(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException(FormattableString.Invariant($"Not so: {what} (after {_received} octets, event {_said})."));
    }
}
