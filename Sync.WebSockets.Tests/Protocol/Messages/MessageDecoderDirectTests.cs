using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>Bytes of the stream that go straight into their message.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MessageDecoderDirectTests
{
    private readonly MessageDecoder _decoder = new(long.MaxValue, onFrame: null);

    [TestCase(16384, 1)]
    [TestCase(65536, 1)]
    [TestCase(65536 + 16384, 2)]
    [TestCase(200_000, 3)]
    public void Direct_bytes_land_in_the_pieces_that_are_handed_out(int length, int fills)
    {
        byte[] payload = Wire.Pattern(length);
        DecodeResult result = Decode(Wire.Header(Opcode.Binary, length));
        List<byte[]> filledArrays = [];
        int filled = 0;
        for (int i = 0; i < fills; i++)
        {
            result.Should().Be(DecodeResult.NeedMore);
            filledArrays.Add(_decoder.Direct.Array!);
            filled += Fill(payload, filled, out result);
        }

        result.Should().Be(DecodeResult.Message);
        _decoder.Pieces!.Seen.From(0).Select(piece => piece.Array).Should().Equal(filledArrays);
        _decoder.Bytes().SequenceEqual(payload).Should().BeTrue();
        _decoder.Direct.Count.Should().Be(0);
    }

    [Test]
    public void Last_fragment_ends_the_growth_as_well()
    {
        byte[] payload = Wire.Pattern(100_000);
        Decode(Wire.Header(Opcode.Binary, 65536, fin: false));
        int filled = Fill(payload, 0, out _);
        Decode(Wire.Header(Opcode.Continuation, payload.Length - filled));
        byte[]? last = _decoder.Direct.Array;
        _decoder.Direct.Count.Should().Be(payload.Length - filled, "there is room for all of it and no more is asked for");

        Fill(payload, filled, out DecodeResult result);

        result.Should().Be(DecodeResult.Message);
        _decoder.Pieces!.Seen.From(0).Last().Array.Should().BeSameAs(last);
        _decoder.Bytes().SequenceEqual(payload).Should().BeTrue();
    }

    [Test]
    public void Direct_never_reaches_beyond_the_frame()
    {
        Decode(Wire.Header(Opcode.Binary, 20_000, fin: false));
        _decoder.Direct.Count.Should().Be(20_000);

        _decoder.DirectFilled(20_000).Should().Be(DecodeResult.NeedMore);

        _decoder.Direct.Count.Should().Be(0, "a header comes next");
        _decoder.BytesWanted.Should().Be(2);
    }

    [Test]
    public void Direct_is_not_offered_for_the_last_bytes_of_a_payload()
    {
        Decode(Wire.Header(Opcode.Binary, 20_000));

        _decoder.DirectFilled(20_000 - MessageDecoder.ShortRest).Should().Be(DecodeResult.NeedMore);
        _decoder.Direct.Count.Should().Be(MessageDecoder.ShortRest);

        _decoder.DirectFilled(1).Should().Be(DecodeResult.NeedMore);
        _decoder.Direct.Count.Should().Be(0);
        _decoder.BytesWanted.Should().Be(1);
    }

    [Test]
    public void Direct_path_takes_nearly_all_of_a_large_message()
    {
        var feeder = new DecoderFeeder(useDirect: true);
        feeder.Add(Wire.Header(Opcode.Binary, 1_000_000));
        for (int i = 0; i < 1000; i++)
            feeder.Add(new byte[1000]);

        feeder.Events.Should().Contain(DecoderHarness.Binary(new byte[1_000_000]));
        feeder.DirectBytes.Should().BeGreaterThan(1_000_000 - MessageDecoder.DirectThreshold - 1000);
    }

    // As much as is offered.
    private int Fill(byte[] payload, int from, out DecodeResult result)
    {
        ArraySegment<byte> direct = _decoder.Direct;
        Buffer.BlockCopy(payload, from, direct.Array!, direct.Offset, direct.Count);
        result = _decoder.DirectFilled(direct.Count);
        return direct.Count;
    }

    private DecodeResult Decode(byte[] input)
    {
        int start = 0;
        return _decoder.Decode(input, ref start, input.Length);
    }
}
