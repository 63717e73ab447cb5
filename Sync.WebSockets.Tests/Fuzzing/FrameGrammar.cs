using System;
using System.Collections.Generic;
using System.Text;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Fuzzing;

/// <summary>Writes streams as a server might send them: messages in fragments, control frames between them, and at most one wrong thing.</summary>
internal sealed class FrameGrammar(Random random)
{
    // Where the length of a frame, or the way that its payload takes, changes.
    private static readonly int[] Borders = [0, 1, 2, 125, 126, 127, 128];
    private static readonly int[] LargeBorders = [16383, 16384, 16385, 32768, 65535, 65536, 65537];

    // One, two, three and four octets, and the first and last of each number of octets.
    private static readonly string[] Letters =
        ["a", "Z", "\0", "\u007F", "\u0080", "ä", "\u07FF", "\u0800", "€", "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "🙂", "\U0010FFFF"];

    private static readonly string[] BadText = ["80", "C080", "C1BF", "E09F80", "EDA080", "EDBFBF", "F08F8080", "F4908080", "F5", "FF", "E282", "C3", "F09F98"];
    private static readonly int[] BadCodes = [0, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 65535];
    private static readonly int[] GoodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];

    private readonly List<byte> _stream = [];
    private readonly bool _isLarge = random.Next(300) == 0;

    public byte[] Next()
    {
        _stream.Clear();
        int parts = random.Next(1, 7);
        int wrong = random.Next(2 * parts);
        for (int i = 0; i < parts; i++)
        {
            if (i == wrong)
                WriteWrong();
            else
                WriteMessage(isText: random.Next(2) == 0);
            WriteControls();
        }

        if (random.Next(4) == 0)
            WriteClose(Pick(GoodCodes), Text(random.Next(20)));
        return [.. _stream];
    }

    public byte[] Octets(int length)
    {
        byte[] octets = new byte[length];
        random.NextBytes(octets);
        return octets;
    }

    private void WriteMessage(bool isText)
    {
        byte[] payload = isText ? Text(Length() / 2) : Octets(Length());
        int fragments = random.Next(3) == 0 ? random.Next(2, 5) : 1;
        int from = 0;
        for (int i = 1; i <= fragments; i++)
        {
            int to = i == fragments ? payload.Length : random.Next(from, payload.Length + 1);
            byte[] fragment = new byte[to - from];
            Array.Copy(payload, from, fragment, 0, fragment.Length);
            int opcode = i > 1 ? Op.Continuation : isText ? Op.Text : Op.Binary;
            WriteFrame(opcode | (i == fragments ? 0x80 : 0), fragment);
            from = to;
            if (i < fragments)
                WriteControls();
        }
    }

    private void WriteControls()
    {
        while (random.Next(4) == 0)
            WriteFrame(0x80 | (random.Next(2) == 0 ? Op.Ping : Op.Pong), Octets(Math.Min(125, random.Next(4) == 0 ? Pick(Borders) : random.Next(8))));
    }

    private void WriteClose(int code, byte[] reason)
    {
        byte[] payload = new byte[2 + Math.Min(123, reason.Length)];
        payload[0] = (byte)(code >> 8);
        payload[1] = (byte)code;
        Array.Copy(reason, 0, payload, 2, payload.Length - 2);
        WriteFrame(0x80 | Op.Close, random.Next(8) == 0 ? [] : payload);
    }

    private void WriteWrong()
    {
        byte[] some = Octets(random.Next(10));
        switch (random.Next(14))
        {
            case 0: WriteFrame(0x82 | (random.Next(1, 8) << 4), some); break;
            case 1: WriteFrame(0x80 | (random.Next(2) == 0 ? random.Next(3, 8) : random.Next(11, 16)), some); break;
            case 2: WriteFrame(random.Next(8, 11), some); break;
            case 3: WriteHeader(0x82, 0x80 | random.Next(128), 0, 0); break;
            case 4: WriteFrame(0x80 | random.Next(8, 11), Octets(random.Next(126, 200))); break;
            case 5: WriteHeader(0x82, 126, random.Next(126), 2); break;
            case 6: WriteHeader(0x82, 127, random.Next(65536), 8); break;
            case 7: WriteHeader(0x82, 127, long.MinValue + random.Next(), 8); break;
            case 8: WriteFrame(0x80 | Op.Continuation, some); break;
            case 9: WriteFrame(Op.Binary, some); WriteFrame(0x80 | random.Next(1, 3), some); break;
            case 10: WriteBadText(); break;
            case 11: WriteFrame(0x80 | Op.Close, Octets(1)); break;
            case 12: WriteClose(Pick(BadCodes), some); break;
            default: WriteClose(Pick(GoodCodes), Hex.Bytes(Pick(BadText))); break;
        }
    }

    private void WriteBadText()
    {
        byte[] text = [.. Text(random.Next(20)), .. Hex.Bytes(Pick(BadText)), .. random.Next(2) == 0 ? Text(random.Next(20)) : []];
        int cut = random.Next(text.Length + 1);
        WriteFrame(Op.Text, text.AsSpan(0, cut).ToArray());
        WriteControls();
        WriteFrame(0x80 | Op.Continuation, text.AsSpan(cut).ToArray());
    }

    private void WriteFrame(int firstOctet, byte[] payload)
    {
        int size = payload.Length < 126 ? 0 : payload.Length < 65536 ? 2 : 8;
        WriteHeader(firstOctet, size switch { 0 => payload.Length, 2 => 126, _ => 127 }, payload.Length, size);
        _stream.AddRange(payload);
    }

    private void WriteHeader(int firstOctet, int secondOctet, long length, int size)
    {
        _stream.Add((byte)firstOctet);
        _stream.Add((byte)secondOctet);
        for (int i = size - 1; i >= 0; i--)
            _stream.Add((byte)(length >> (8 * i)));
    }

    private int Length() => random.Next(20) switch
    {
        < 14 => random.Next(24),
        < 18 => Pick(Borders),
        18 => random.Next(600),
        _ => _isLarge ? random.Next(2) == 0 ? Pick(LargeBorders) : random.Next(100_000) : random.Next(300),
    };

    private byte[] Text(int letters)
    {
        StringBuilder text = new();
        for (int i = 0; i < letters; i++)
            text.Append(Pick(Letters));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private T Pick<T>(T[] choice) => choice[random.Next(choice.Length)];
}
