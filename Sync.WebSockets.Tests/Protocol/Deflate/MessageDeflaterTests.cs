using System;
using System.Collections.Generic;
using System.IO.Compression;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Handshake;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>Whatever is compressed, a plain inflater understands; and it never refers back farther than it may.</summary>
internal sealed class MessageDeflaterTests
{
    [Test]
    [Category("Z7")]
    public void Messages_of_all_kinds_come_back(
        [Values] bool takeover, [Range(8, 15)] int windowBits, [Values] CompressionLevel level, [ValueSource(nameof(Ways))] bool canFlush)
    {
        Random random = new(windowBits);
        using MessageDeflater deflater = new(Parameters(takeover, windowBits), level, canFlush);
        PlainInflate plain = new();
        using MessageInflater inflater = new(takeover);
        for (int i = 0; i < 40; i++)
        {
            byte[] message = Message(random, i);
            byte[] payload = Deflate(deflater, message, random);

            if (!takeover || !canFlush)
                plain = new PlainInflate();
            plain.Message(payload).AsSpan().SequenceEqual(message).Should().BeTrue("message {0} is to come back", i);
            plain.Farthest.Should().BeLessThan(1 << windowBits);
            Inflate(inflater, payload).AsSpan().SequenceEqual(message).Should().BeTrue("message {0} is to come back", i);
        }
    }

    [Test]
    [Category("Z7")]
    public void Later_messages_are_smaller_where_they_may_refer_to_earlier_ones()
    {
        byte[] message = Encoding.UTF8.GetBytes("{\"id\":12345,\"name\":\"somebody\",\"mail\":\"somebody@example.com\"}");
        using MessageDeflater deflater = new(Parameters(takeover: true, 15), CompressionLevel.Optimal);
        int first = Deflate(deflater, message).Length;

        int second = Deflate(deflater, message).Length;

        if (MessageDeflater.CanFlush)
            second.Should().BeLessThan(first / 3);
        else
            second.Should().Be(first);
    }

    [Test]
    public void Message_that_was_not_sent_is_not_referred_to([ValueSource(nameof(Ways))] bool canFlush)
    {
        byte[] message = Traffic.Bytes(1000, seed: 1);
        using MessageDeflater deflater = new(Parameters(takeover: true, 15), CompressionLevel.Optimal, canFlush);
        PlainInflate plain = new();
        plain.Message(Deflate(deflater, [1, 2, 3])).Should().Equal(1, 2, 3);

        Deflate(deflater, message);
        deflater.Forget();
        deflater.Write(message);
        deflater.Forget();

        plain.Message(Deflate(deflater, message)).Should().Equal(message);
    }

    [Test]
    public void Empty_message_is_one_octet()
    {
        using MessageDeflater deflater = new(Parameters(takeover: true, 15), CompressionLevel.Optimal);

        Deflate(deflater, []).Should().Equal(0);
        Deflate(deflater, [1]);
        Deflate(deflater, []).Should().Equal(0);
    }

    [Test]
    public void What_is_ready_early_is_never_taken_back()
    {
        Random random = new(5);
        using MessageDeflater deflater = new(Parameters(takeover: true, 9), CompressionLevel.Optimal);
        byte[] message = new byte[100_000];
        random.NextBytes(message);
        List<byte> payload = [];
        for (int i = 0; i < message.Length; i += 1000)
        {
            deflater.Write(message.AsSpan(i, 1000));
            payload.AddRange(deflater.Ready);
            deflater.Sent();
        }
        payload.Count.Should().BeGreaterThan(90_000);
        deflater.End();
        payload.AddRange(deflater.Ready);

        new PlainInflate().Message([.. payload]).AsSpan().SequenceEqual(message).Should().BeTrue();
    }

    [Test]
    public void What_was_written_before_a_flush_can_all_be_inflated(
        [Values] bool takeover, [Values(8, 12, 15)] int windowBits, [ValueSource(nameof(Ways))] bool canFlush)
    {
        using MessageDeflater deflater = new(Parameters(takeover, windowBits), CompressionLevel.Optimal, canFlush);
        byte[] message = Traffic.Bytes(5000, seed: 3);
        List<byte> payload = [];
        deflater.Flush();
        for (int i = 0; i < message.Length; i += 500)
        {
            deflater.Write(message.AsSpan(i, 500));
            deflater.Flush();
            deflater.Flush();
            payload.AddRange(deflater.Ready);
            deflater.Sent();

            new PlainInflate().Message([.. payload]).Should().Equal(message.Take(i + 500));
        }
        deflater.End();
        payload.AddRange(deflater.Ready);

        new PlainInflate().Message([.. payload]).Should().Equal(message);
    }

    // The way of platforms that cannot flush has to work on all.
    private static bool[] Ways => MessageDeflater.CanFlush ? [false, true] : [false];

    private static DeflateParameters Parameters(bool takeover, int windowBits) => new(takeover, takeover, 15, windowBits);

    private static byte[] Deflate(MessageDeflater deflater, byte[] message, Random? random = null)
    {
        for (int done = 0; done < message.Length;)
        {
            int count = random is null ? message.Length : Math.Min(message.Length - done, random.Next(1, 20_000));
            deflater.Write(message.AsSpan(done, count));
            done += count;
        }
        deflater.End();
        byte[] payload = [.. deflater.Ready];
        deflater.Sent();
        deflater.Ready.Should().BeEmpty();
        return payload;
    }

    private static byte[] Inflate(MessageInflater inflater, byte[] payload)
    {
        List<byte> message = [];
        byte[] room = new byte[1000];
        inflater.Begin();
        inflater.Feed(new ArraySegment<byte>(payload), payload.Length);
        while (inflater.Inflate(new ArraySegment<byte>(room), out Violation? violation) is var count && count > 0)
        {
            violation.Should().BeNull();
            message.AddRange(room.Take(count));
        }
        inflater.End().Should().BeNull();
        return [.. message];
    }

    // Empty and short ones, text, what cannot be compressed, and repetitions at all distances.
    private static byte[] Message(Random random, int kind)
    {
        byte[] message = new byte[kind < 10 ? kind : random.Next(kind % 7 == 0 ? 70_000 : 3000)];
        switch (kind % 4)
        {
            case 0:
                random.NextBytes(message);
                break;
            case 1:
                for (int i = 0; i < message.Length; i++)
                    message[i] = (byte)"abc {\"x\":1,}"[random.Next(12)];
                break;
            case 2:
                random.NextBytes(message);
                int distance = random.Next(1, 40_000);
                for (int i = distance; i < message.Length; i++)
                    message[i] = message[i - distance];
                break;
            default:
                break;
        }
        return message;
    }
}
