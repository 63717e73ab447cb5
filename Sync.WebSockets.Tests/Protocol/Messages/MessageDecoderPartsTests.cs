using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>Messages that are handed out in parts, from any moment on.</summary>
internal sealed class MessageDecoderPartsTests
{
    // The peer's deflater makes nothing of an empty message.
    private static readonly int[] Sizes = [0, 1, 100, 999, 1000, 1001, 5000, 16_383, 16_384, 20_000, 70_000, 200_000];

    [Test]
    public void Parts_and_whole_messages_make_up_what_was_sent([Range(1, 60)] int seed, [Values] bool compressed)
    {
        Random random = new(seed);
        List<byte[]> messages = [];
        List<byte> wire = [];
        using var deflate = new PeerDeflate();
        for (int i = 0; i < 12; i++)
        {
            byte[] message = Traffic.Bytes(Sizes[random.Next(compressed ? 1 : 0, Sizes.Length)], (ulong)random.Next());
            messages.Add(message);
            wire.AddRange(Frames(random, message, compressed ? deflate : null));
        }
        PartsReader reader = new(random, compressed, maxMessageSize: 1000, maxStreamedSize: 200_000);

        reader.Feed([.. wire]);

        reader.Violation.Should().BeNull();
        reader.Messages.Should().HaveSameCount(messages);
        for (int i = 0; i < messages.Count; i++)
            reader.Messages[i].AsSpan().SequenceEqual(messages[i]).Should().BeTrue("message {0} is to come as it was sent", i);
    }

    [TestCase(200_001, false, 1)]
    [TestCase(200_001, false, 5)]
    [TestCase(200_001, true, 1)]
    [TestCase(200_001, true, 5)]
    [TestCase(1002, true, 1)]
    [TestCase(1002, true, 5)]
    [TestCase(1002, true, 6)]
    public void Limit_of_parts_is_exact(int length, bool compressed, int seed)
    {
        Random random = new(seed);
        using var deflate = new PeerDeflate();
        PartsReader reader = new(random, compressed, maxMessageSize: 1000, maxStreamedSize: length - 1);

        reader.Feed([.. Frames(random, new byte[length - 1], compressed ? deflate : null), .. Frames(random, new byte[length], compressed ? deflate : null)]);

        reader.Messages.Should().ContainSingle().Which.Should().HaveCount(length - 1);
        reader.Violation!.CloseStatus.Should().Be(WebSocketCloseStatus.MessageTooBig);
        reader.Violation.Message.Should().Contain((length - 1).ToString(CultureInfo.InvariantCulture)).And.Contain("MaxStreamedMessageSize");
    }

    [Test]
    public void Text_is_checked_across_parts()
    {
        MessageDecoder decoder = new(1000, onFrame: null);
        Decode(decoder, "01 02 61C3").Should().Be(DecodeResult.NeedMore);
        decoder.UnfinishedType.Should().Be(WebSocketMessageType.Text);
        decoder.Unfinished().Should().Equal(0x61, 0xC3);
        decoder.HandOutParts(handed: 2);

        Decode(decoder, "00 01 A4").Should().Be(DecodeResult.Part);
        decoder.Payload.Should().Equal(0xA4);
        Decode(decoder, "00 03 C328").Should().Be(DecodeResult.Violation);
        decoder.Violation!.CloseStatus.Should().Be(WebSocketCloseStatus.InvalidPayloadData);
    }

    [TestCase("C0 00", DecodeResult.Violation, TestName = "Parts come before reserved bits")]
    [TestCase("81 01 61", DecodeResult.Violation, TestName = "Parts come before a message in the message")]
    [TestCase("80 7E 1000", DecodeResult.Violation, TestName = "Parts come before a frame that is too long")]
    [TestCase("88 02 03E8", DecodeResult.Close, TestName = "Parts come before a Close")]
    public void What_came_before_the_end_is_handed_out_first(string end, DecodeResult result)
    {
        MessageDecoder decoder = new(1000, onFrame: null, maxStreamedSize: 1000);
        Decode(decoder, "02 03 010203").Should().Be(DecodeResult.NeedMore);
        decoder.HandOutParts(handed: 3);
        byte[] input = Wire.Hex("00 02 0405" + end);
        int start = 0;

        decoder.Decode(input, ref start, input.Length).Should().Be(DecodeResult.Part);
        decoder.Payload.Should().Equal(4, 5);
        decoder.Decode(input, ref start, input.Length).Should().Be(result);
    }

    [Test]
    public void Octet_that_shows_that_a_message_is_too_big_is_checked_once_it_belongs_to_a_part()
    {
        using var deflate = new PeerDeflate();
        byte[] frame = Wire.Compressed(Opcode.Text, deflate.Message([.. "aaaaaaaaaa"u8, 0xFF]));
        MessageDecoder decoder = new(10, onFrame: null, new MessageInflater(contextTakeover: false));
        int start = 0;

        decoder.Decode(frame, ref start, frame.Length).Should().Be(DecodeResult.TooBig);
        decoder.HandOutParts(handed: 10);

        decoder.Decode(frame, ref start, frame.Length).Should().Be(DecodeResult.Violation);
        decoder.Violation!.CloseStatus.Should().Be(WebSocketCloseStatus.InvalidPayloadData);
    }

    [Test]
    public void Type_is_known_before_anything_of_the_message_has_come()
    {
        MessageDecoder decoder = new(10, onFrame: null);

        Decode(decoder, "81 0B").Should().Be(DecodeResult.TooBig);
        decoder.Unfinished().Should().BeEmpty();
        decoder.UnfinishedType.Should().Be(WebSocketMessageType.Text);
        decoder.HandOutParts(handed: 0);
        decoder.HandsOutParts.Should().BeTrue();
        Decode(decoder, "6162").Should().Be(DecodeResult.Part);
        Decode(decoder, "63646566676869 6A6B").Should().Be(DecodeResult.Message);
        decoder.MessageType.Should().Be(WebSocketMessageType.Text);
        decoder.HandsOutParts.Should().BeFalse();

        Decode(decoder, "82 0B").Should().Be(DecodeResult.TooBig);
        decoder.UnfinishedType.Should().Be(WebSocketMessageType.Binary);
        decoder.Refuse().Should().Be(DecodeResult.Violation);
    }

    [Test]
    public void What_the_receiver_holds_is_not_written_over()
    {
        MessageDecoder decoder = new(1000, onFrame: null, new MessageInflater(contextTakeover: false));
        Decode(decoder, "02 02 0102");
        ArraySegment<byte> held = decoder.Share().From(0).Single();

        Decode(decoder, "80 01 03").Should().Be(DecodeResult.Message);
        Decode(decoder, "02 02 0405 80 01 06").Should().Be(DecodeResult.Message);

        held.Should().Equal(1, 2);
    }

    [Test]
    public void Direct_reading_goes_on_behind_what_was_handed_out()
    {
        MessageDecoder decoder = new(1 << 20, onFrame: null);
        byte[] payload = Traffic.Bytes(300_000, seed: 1);
        byte[] frame = Wire.Frame(Opcode.Binary, payload);
        int header = frame.Length - payload.Length;
        int start = 0;
        decoder.Decode(frame, ref start, header + 1000).Should().Be(DecodeResult.NeedMore);
        List<byte> got = [.. decoder.Unfinished()];
        decoder.HandOutParts(handed: 1000);
        decoder.HasPart.Should().BeFalse();
        decoder.Direct.Count.Should().Be(0, "it lies behind what the receiver holds");

        DecodeResult result = decoder.Decode(frame, ref start, start);
        while (result != DecodeResult.Message)
        {
            if (result == DecodeResult.Part)
            {
                got.AddRange(decoder.Payload);
                result = decoder.Decode(frame, ref start, start);
                continue;
            }
            ArraySegment<byte> room = decoder.Direct;
            int done = header + got.Count;
            int count = Math.Min(room.Count, frame.Length - done);
            if (count > 0)
            {
                Buffer.BlockCopy(frame, done, room.Array!, room.Offset, count);
                result = decoder.DirectFilled(count);
            }
            else
            {
                start = done;
                result = decoder.Decode(frame, ref start, frame.Length);
            }
        }
        got.AddRange(decoder.Payload);

        got.ToArray().AsSpan().SequenceEqual(payload).Should().BeTrue();
    }

    [Test]
    public void Part_keeps_little_more_memory_than_it_has_bytes([Values(1, 100, 30_000, 60_000)] int piece)
    {
        MessageDecoder decoder = new(1000, onFrame: null);
        byte[] header = Wire.Hex("82 7F 0000010000000000");
        int start = 0;
        decoder.Decode(header, ref start, header.Length).Should().Be(DecodeResult.TooBig);
        decoder.HandOutParts(handed: 0);

        for (int i = 0; i < 10; i++)
        {
            start = 0;
            decoder.Decode(new byte[piece], ref start, piece).Should().Be(DecodeResult.Part);
            decoder.Payload.Count.Should().Be(piece);
            decoder.PayloadIsOwned.Should().BeTrue();
            decoder.Payload.Array!.Length.Should().BeLessThanOrEqualTo(2 * piece);
            decoder.RetainedBytes.Should().BeLessThanOrEqualTo(128 * 1024);
        }
    }

    private static DecodeResult Decode(MessageDecoder decoder, string hex)
    {
        byte[] input = Wire.Hex(hex);
        int start = 0;
        DecodeResult result = decoder.Decode(input, ref start, input.Length);
        if (result != DecodeResult.TooBig)
            start.Should().Be(input.Length);
        return result;
    }

    private static IEnumerable<byte> Frames(Random random, byte[] message, PeerDeflate? deflate)
    {
        byte[] payload = deflate?.Message(message) ?? message;
        bool fin;
        int done = 0;
        Opcode opcode = Opcode.Binary;
        do
        {
            int left = payload.Length - done;
            int count = random.Next(3) == 0 ? random.Next(left + 1) : left;
            fin = count == left;
            byte[] frame = Wire.Frame(opcode, payload.AsSpan(done, count).ToArray(), fin);
            if (opcode == Opcode.Binary && deflate is not null)
                frame[0] |= 0x40;
            foreach (byte b in frame)
                yield return b;
            done += count;
            opcode = Opcode.Continuation;
        }
        while (!fin);
    }

    /// <summary>A reader whose receiver comes at random moments.</summary>
    private sealed class PartsReader(Random random, bool compressed, long maxMessageSize, long maxStreamedSize)
    {
        private readonly MessageDecoder _decoder = new(
            maxMessageSize, onFrame: null, compressed ? new MessageInflater(contextTakeover: true) : null, maxStreamedSize);

        private readonly List<(ArraySegment<byte> Held, byte[] Copy)> _held = [];
        private readonly List<byte> _current = [];
        private byte[] _rest = [];
        private int _seen;

        public List<byte[]> Messages { get; } = [];

        public Violation? Violation => _decoder.Violation;

        public void Feed(byte[] wire)
        {
            int longest = random.Next(2) == 0 ? 100 : 60_000;
            for (int done = 0; done < wire.Length && Violation is null;)
            {
                int count = Math.Min(wire.Length - done, random.Next(1, longest));
                ArraySegment<byte> room = random.Next(2) == 0 ? _decoder.Direct : default;
                if (room.Count > 0)
                {
                    count = Math.Min(count, room.Count);
                    Buffer.BlockCopy(wire, done, room.Array!, room.Offset, count);
                    Take(_decoder.DirectFilled(count));
                    Decode([]);
                }
                else
                {
                    Decode(wire.AsSpan(done, count));
                }
                done += count;
            }
            foreach ((ArraySegment<byte> held, byte[] copy) in _held)
                held.AsSpan().SequenceEqual(copy).Should().BeTrue("what was handed out is the receiver's");
        }

        private void Decode(ReadOnlySpan<byte> more)
        {
            byte[] buffer = [.. _rest, .. more];
            int start = 0;
            DecodeResult result;
            do
            {
                result = _decoder.Decode(buffer, ref start, buffer.Length);
                Take(result);
            }
            while (Violation is null && (result != DecodeResult.NeedMore || _decoder.HasPart));
            _rest = buffer.AsSpan(start).ToArray();
        }

        private void Take(DecodeResult result)
        {
            switch (result)
            {
                case DecodeResult.NeedMore:
                    if (!_decoder.HandsOutParts && _decoder.HasUnfinished && random.Next(3) == 0)
                        HandOut(Math.Min(_decoder.Share().Length, _seen));
                    _seen = _decoder.HasUnfinished ? _decoder.Share().Length : 0;
                    break;
                case DecodeResult.TooBig:
                    HandOut(_decoder.Share().Length);
                    break;
                case DecodeResult.Part:
                    Hold(_decoder.Payload);
                    break;
                case DecodeResult.Message:
                    _current.AddRange(_decoder.Bytes().ToArray());
                    Messages.Add([.. _current]);
                    _current.Clear();
                    _seen = 0;
                    break;
            }
        }

        private void HandOut(int handed)
        {
            int count = handed;
            foreach (ArraySegment<byte> piece in _decoder.Share().From(0))
            {
                Hold(new ArraySegment<byte>(piece.Array!, piece.Offset, Math.Min(count, piece.Count)));
                count -= Math.Min(count, piece.Count);
            }
            _decoder.HandOutParts(handed);
        }

        private void Hold(ArraySegment<byte> bytes)
        {
            _held.Add((bytes, [.. bytes]));
            _current.AddRange(bytes);
        }
    }
}
