using System;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>Long messages that are put together in their receiver's own memory.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MessageDecoderInPlaceTests
{
    private const int Long = 100_000;
    private const int Longest = 200_000;

    private readonly MessageDecoder _decoder = new(Longest, onFrame: null);
    private readonly byte[] _destination = new byte[Long];

    [TestCase(Opcode.Binary, WebSocketMessageType.Binary)]
    [TestCase(Opcode.Text, WebSocketMessageType.Text)]
    public void Message_that_fits_is_put_together_there(Opcode opcode, WebSocketMessageType type)
    {
        byte[] payload = [.. Enumerable.Range(0, Long).Select(i => (byte)('a' + (i % 26)))];
        byte[] frame = Wire.Frame(opcode, payload);
        _decoder.Destination = _destination;
        Decode(frame.AsSpan(0, 5000).ToArray()).Should().Be(DecodeResult.NeedMore);
        _decoder.IsInPlace.Should().BeTrue();
        _decoder.Direct.Array.Should().BeSameAs(_destination);
        _decoder.Direct.Count.Should().Be(frame.Length - 5000, "all that is missing may be read at once");

        Buffer.BlockCopy(frame, 5000, _destination, _decoder.Direct.Offset, _decoder.Direct.Count);
        _decoder.DirectFilled(frame.Length - 5000).Should().Be(DecodeResult.Message);

        _decoder.PayloadIsInPlace.Should().BeTrue();
        _decoder.MessageType.Should().Be(type);
        _decoder.PayloadLength.Should().Be(Long);
        _destination.Should().Equal(payload);
        _decoder.RetainedBytes.Should().Be(0);
        _decoder.IsInPlace.Should().BeFalse("it is complete");
    }

    [Test]
    public void Message_after_message_is_put_together_there()
    {
        _decoder.Destination = _destination;
        for (byte i = 1; i < 4; i++)
        {
            Decode(Wire.Frame(Opcode.Binary, [.. Enumerable.Repeat(i, MessageDecoder.DirectThreshold)])).Should().Be(DecodeResult.Message);

            _decoder.PayloadIsInPlace.Should().BeTrue();
            _destination.Take(MessageDecoder.DirectThreshold).Should().OnlyContain(b => b == i);
        }
    }

    [TestCase(MessageDecoder.DirectThreshold - 1, true)]
    [TestCase(Long + 1, true)]
    [TestCase(50_000, false)]
    public void Message_that_is_short_or_too_long_or_fragmented_is_not(int length, bool fin)
    {
        _decoder.Destination = _destination;

        Decode(Wire.Join(Wire.Header(Opcode.Binary, length, fin), [1, 2, 3])).Should().Be(DecodeResult.NeedMore);

        _decoder.IsInPlace.Should().BeFalse();
        _destination.Should().OnlyContain(b => b == 0);
    }

    [Test]
    public void Compressed_message_is_not()
    {
        MessageDecoder decoder = new(Longest, onFrame: null, new Deflate.MessageInflater(contextTakeover: true)) { Destination = _destination };
        byte[] header = Wire.Header(Opcode.Binary, 50_000);
        header[0] |= 0x40;
        int start = 0;

        decoder.Decode(header, ref start, header.Length).Should().Be(DecodeResult.NeedMore);

        decoder.IsInPlace.Should().BeFalse();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(60_000)]
    public void Evicted_message_goes_on_in_memory_of_our_own(int before)
    {
        byte[] payload = Wire.Pattern(Long);
        _decoder.Destination = _destination;
        Decode(Wire.Join(Wire.Header(Opcode.Binary, Long), [.. payload.Take(before)]));

        _decoder.Evict().Should().BeTrue();
        _destination.AsSpan().Fill(0xEE);

        _decoder.IsInPlace.Should().BeFalse();
        _decoder.Direct.Count.Should().Be(0);
        Decode([.. payload.Skip(before)]).Should().Be(DecodeResult.Message);
        _decoder.PayloadIsInPlace.Should().BeFalse();
        _decoder.Bytes().ToArray().Should().Equal(payload);
        _destination.Should().OnlyContain(b => b == 0xEE);
    }

    [Test]
    public void Evict_without_a_message_there_only_takes_the_destination_away()
    {
        _decoder.Destination = _destination;

        _decoder.Evict().Should().BeFalse();

        _decoder.Destination.Should().BeNull();
        Decode(Wire.Frame(Opcode.Binary, new byte[20_000])).Should().Be(DecodeResult.Message);
        _decoder.PayloadIsInPlace.Should().BeFalse();
    }

    [Test]
    public void Text_that_is_not_UTF8_is_refused_there_as_elsewhere()
    {
        byte[] payload = new byte[Long];
        payload[Long - 1] = 0xC3;
        _decoder.Destination = _destination;

        Decode(Wire.Frame(Opcode.Text, payload)).Should().Be(DecodeResult.Violation);

        _decoder.PayloadIsInPlace.Should().BeFalse();
    }

    private DecodeResult Decode(byte[] input)
    {
        int start = 0;
        return _decoder.Decode(input, ref start, input.Length);
    }
}
