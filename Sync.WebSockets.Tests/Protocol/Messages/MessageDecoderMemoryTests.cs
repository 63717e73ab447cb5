using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>Whose memory a payload is in, and how much there is of it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MessageDecoderMemoryTests
{
    private readonly MessageDecoder _decoder = new(long.MaxValue, onFrame: null);
    private int _start;

    [TestCase(Opcode.Binary, 16383)]
    [TestCase(Opcode.Text, 5)]
    [TestCase(Opcode.Ping, 125)]
    [TestCase(Opcode.Pong, 0)]
    public void Small_payload_is_a_slice_of_the_buffer(Opcode opcode, int length)
    {
        byte[] frame = Wire.Frame(opcode, new byte[length]);

        Decode(frame);

        _decoder.PayloadIsOwned.Should().BeFalse();
        _decoder.Payload.Should().Equal(new ArraySegment<byte>(frame, frame.Length - length, length));
        _decoder.Payload.Array.Should().BeSameAs(frame);
        _start.Should().Be(frame.Length);
    }

    [TestCase(16384)]
    [TestCase(65536)]
    [TestCase(200_001)]
    public void Large_message_is_in_pieces_of_its_own(int length)
    {
        Decode(Wire.Frame(Opcode.Binary, new byte[length])).Should().Be(DecodeResult.Message);

        _decoder.PayloadIsOwned.Should().BeTrue();
        _decoder.Payload.Count.Should().Be(0);
        _decoder.Pieces!.Length.Should().Be(length);
        _decoder.PayloadLength.Should().Be(length);
        _decoder.RetainedBytes.Should().Be(0, "they have left the decoder");
    }

    [Test]
    public void Fragmented_message_is_an_array_of_its_own_and_of_its_size()
    {
        Decode(Wire.Hex("0102 4142  8001 43")).Should().Be(DecodeResult.Message);

        _decoder.PayloadIsOwned.Should().BeTrue();
        _decoder.Payload.Array.Should().Equal("ABC"u8.ToArray());
    }

    [Test]
    public void Pieces_are_not_shared_between_messages()
    {
        byte[] frame = Wire.Frame(Opcode.Binary, new byte[20_000]);
        Decode(frame);
        PayloadPieces first = _decoder.Pieces!;

        Decode(frame);

        _decoder.Pieces.Should().NotBeSameAs(first);
        first.Seen.From(0).Single().Array.Should().NotBeSameAs(_decoder.Pieces!.Seen.From(0).Single().Array);
    }

    [TestCase("", 2)]
    [TestCase("82", 2)]
    [TestCase("827E", 4)]
    [TestCase("827F 00000000 00", 10)]
    [TestCase("8905 01", 5)]
    [TestCase("8205 01", 1)]
    [TestCase("827E 3FFF", 1)]
    public void Wanted_bytes_are_counted_from_what_is_left(string hex, int wanted)
    {
        Decode(Wire.Hex(hex)).Should().Be(DecodeResult.NeedMore);

        _decoder.BytesWanted.Should().Be(wanted);
    }

    [Test]
    public void Waiting_decoder_does_not_keep_the_last_message_alive()
    {
        Decode(Wire.Frame(Opcode.Binary, new byte[20_000]));

        Decode([]).Should().Be(DecodeResult.NeedMore);

        _decoder.Payload.Array.Should().BeNull();
        _decoder.Pieces.Should().BeNull();
        _decoder.PayloadIsOwned.Should().BeFalse();
        _decoder.Direct.Array.Should().BeNull();
    }

    [Test]
    public void Refused_message_is_not_shown()
    {
        Decode(Wire.Hex("0102 4142  8001 C3")).Should().Be(DecodeResult.Violation);

        _decoder.PayloadLength.Should().Be(0);
        _decoder.PayloadIsOwned.Should().BeFalse();
    }

#if NET
    [Test]
    [Category("F12")]
    [Category("A12")]
    public void Small_frames_allocate_nothing()
    {
        byte[] buffer = Wire.Repeat(100, Wire.Join(
            Wire.Frame(Opcode.Text, "a small text, é€😀"),
            Wire.Frame(Opcode.Binary, [1, 2, 3]),
            Wire.Frame(Opcode.Ping, "p"),
            Wire.Frame(Opcode.Pong, "")));
        DecodeAll(buffer).Should().Be(400);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int events = DecodeAll(buffer);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        events.Should().Be(400);
        allocated.Should().Be(0);
    }

    private int DecodeAll(byte[] buffer)
    {
        int events = 0;
        int start = 0;
        while (_decoder.Decode(buffer, ref start, buffer.Length) != DecodeResult.NeedMore)
            events++;
        return events;
    }
#endif

    private DecodeResult Decode(byte[] input)
    {
        _start = 0;
        return _decoder.Decode(input, ref _start, input.Length);
    }
}
