using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Fuzzing;

/// <summary>What is sent is received: through the encoder, a server that only takes the masks off, and the decoder.</summary>
[TestFixture]
internal sealed class EncoderFuzzTests
{
    private static readonly int[] Borders = [0, 1, 125, 126, 127, 65_535, 65_536, 65_537];

    [Test]
    public void What_is_sent_is_received() => FuzzRun.Of(2_000, random =>
    {
        List<(Opcode Opcode, byte[] Payload)> sent = [];
        MemoryStream wire = new();
        for (int messages = random.Next(1, 6); messages > 0; messages--)
            Send(random, wire, sent);

        Queue<(Opcode, byte[])> received = new(Receive(Reflect(wire)));

        if (received.Count != sent.Count || sent.Any(one => received.Dequeue() is var (opcode, payload) && (opcode != one.Opcode || !payload.SequenceEqual(one.Payload))))
            throw new InvalidOperationException("Not all came back as it was.");
    });

    // Control frames are noted as they go out; a message, once it has gone.
    private static void Send(Random random, MemoryStream wire, List<(Opcode Opcode, byte[] Payload)> sent)
    {
        bool isText = random.Next(2) == 0;
        int length = random.Next(10) == 0 ? Borders[random.Next(Borders.Length)] : random.Next(300);
        byte[] payload = isText ? System.Text.Encoding.UTF8.GetBytes(Traffic.Text(length / 2, (ulong)random.Next())) : Traffic.Bytes(length, (ulong)random.Next());
        int most = random.Next(3) == 0 ? random.Next(1, 100) + (length / 20) : int.MaxValue;
        Opcode opcode = isText ? Opcode.Text : Opcode.Binary;
        for (int at = 0; at < payload.Length || at == 0;)
        {
            int count = Math.Min(most, payload.Length - at);
            bool fin = at + count == payload.Length;
            Write(random, wire, at == 0 ? opcode : Opcode.Continuation, fin, payload.AsSpan(at, count).ToArray());
            at += Math.Max(1, count);
            if (!fin && random.Next(3) == 0)
            {
                (Opcode, byte[]) control = (random.Next(2) == 0 ? Opcode.Ping : Opcode.Pong, Traffic.Bytes(random.Next(126), (ulong)random.Next()));
                Write(random, wire, control.Item1, fin: true, control.Item2);
                sent.Add(control);
            }
        }

        sent.Add((opcode, payload));
    }

    // Masked in pieces, as long frames are.
    private static void Write(Random random, MemoryStream wire, Opcode opcode, bool fin, byte[] payload)
    {
        uint key = (uint)random.Next();
        byte[] frame = new byte[FrameEncoder.HeaderLength(payload.Length) + payload.Length];
        int header = FrameEncoder.WriteHeader(frame, opcode, fin, rsv1: false, payload.Length, key);
        for (int at = 0; at < payload.Length;)
        {
            int count = Math.Min(payload.Length - at, random.Next(1, 70_000));
            Mask.Copy(payload.AsSpan(at, count), frame.AsSpan(header + at), key, at);
            at += count;
        }

        wire.Write(frame, 0, frame.Length);
    }

    private static byte[] Reflect(MemoryStream wire)
    {
        wire.Position = 0;
        FrameReader reader = new(wire);
        MemoryStream back = new();
        FrameWriter writer = new(back);
        while (reader.ReadFrame() is { } frame)
            writer.Write(frame.Opcode, frame.Payload, frame.Fin, frame.Rsv, frame.MaskKey is null);
        return back.ToArray();
    }

    private static IEnumerable<(Opcode Opcode, byte[] Payload)> Receive(byte[] stream)
    {
        MessageDecoder decoder = new(long.MaxValue, onFrame: null);
        int start = 0;
        for (DecodeResult result; (result = decoder.Decode(stream, ref start, stream.Length)) != DecodeResult.NeedMore;)
        {
            yield return (result switch
            {
                DecodeResult.Ping => Opcode.Ping,
                DecodeResult.Pong => Opcode.Pong,
                DecodeResult.Message => decoder.MessageType == WebSocketMessageType.Text ? Opcode.Text : Opcode.Binary,
                _ => throw new InvalidOperationException(decoder.Violation?.Message),
            }, [.. decoder.Bytes()]);
        }
    }
}
