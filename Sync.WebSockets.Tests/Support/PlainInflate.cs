using System;
using System.Collections.Generic;
using System.IO;

namespace Sync.WebSockets.Support;

/// <summary>
/// An inflater (RFC 1951) that is as simple as can be, and slow: what others are compared with. It also tells how far back the data
/// refers, which the platform's own does not.
/// </summary>
internal sealed class PlainInflate
{
    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] CodeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _output = [];
    private byte[] _input = [];
    private int _position;

    /// <summary>The largest distance so far, 0 for none.</summary>
    public int Farthest { get; private set; }

    /// <summary>Inflates the payload of a message (RFC 7692, 7.2.2), which may refer to those before.</summary>
    public byte[] Message(byte[] payload)
    {
        _input = [.. payload, 0x00, 0x00, 0xFF, 0xFF];
        _position = 0;
        int before = _output.Count;
        while (_position < 8 * _input.Length)
        {
            if (!Block())
                continue;
            // A final block ends at a byte border, and what follows begins with nothing behind it.
            _position = (_position + 7) / 8 * 8;
        }
        return [.. _output.GetRange(before, _output.Count - before)];
    }

    // True: it was a final one.
    private bool Block()
    {
        bool final = Bits(1) == 1;
        switch (Bits(2))
        {
            case 0:
                Stored();
                break;
            case 1:
                int[] lengths = new int[288];
                for (int i = 0; i < lengths.Length; i++)
                    lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
                int[] distances = new int[30];
                for (int i = 0; i < distances.Length; i++)
                    distances[i] = 5;
                Codes(lengths, distances);
                break;
            case 2:
                Dynamic();
                break;
            default:
                throw new InvalidDataException("No such block.");
        }
        return final;
    }

    private void Stored()
    {
        _position = (_position + 7) / 8 * 8;
        int length = Bits(16);
        if (Bits(16) != (length ^ 0xFFFF))
            throw new InvalidDataException("The length of a stored block is not what its complement says.");
        for (; length > 0; length--)
            _output.Add((byte)Bits(8));
    }

    private void Dynamic()
    {
        int literals = Bits(5) + 257;
        int distances = Bits(5) + 1;
        int[] codes = new int[19];
        int count = Bits(4) + 4;
        for (int i = 0; i < count; i++)
            codes[CodeOrder[i]] = Bits(3);
        List<int>[] table = SymbolsByLength(codes);
        int[] lengths = new int[literals + distances];
        for (int i = 0; i < lengths.Length;)
        {
            int symbol = Symbol(table);
            if (symbol < 16)
            {
                lengths[i++] = symbol;
                continue;
            }
            int value = symbol == 16 ? lengths[i - 1] : 0;
            int repeat = symbol == 16 ? 3 + Bits(2) : symbol == 17 ? 3 + Bits(3) : 11 + Bits(7);
            for (; repeat > 0; repeat--)
                lengths[i++] = value;
        }
        Codes(lengths.AsSpan(0, literals).ToArray(), lengths.AsSpan(literals).ToArray());
    }

    private void Codes(int[] literalLengths, int[] distanceLengths)
    {
        List<int>[] literals = SymbolsByLength(literalLengths);
        List<int>[] distances = SymbolsByLength(distanceLengths);
        while (true)
        {
            int symbol = Symbol(literals);
            if (symbol == 256)
                return;
            if (symbol < 256)
            {
                _output.Add((byte)symbol);
                continue;
            }
            int length = LengthBase[symbol - 257] + Bits(LengthBits[symbol - 257]);
            int code = Symbol(distances);
            int distance = code < 4 ? code + 1 : (1 << (code / 2)) + ((code % 2) << ((code / 2) - 1)) + 1 + Bits((code / 2) - 1);
            if (distance > _output.Count)
                throw new InvalidDataException("It refers to before the beginning.");
            Farthest = Math.Max(Farthest, distance);
            for (; length > 0; length--)
                _output.Add(_output[_output.Count - distance]);
        }
    }

    // 3.2.2: codes of one length are consecutive, in the order of their symbols.
    private static List<int>[] SymbolsByLength(int[] lengths)
    {
        List<int>[] symbols = new List<int>[16];
        for (int length = 0; length < symbols.Length; length++)
            symbols[length] = [];
        for (int symbol = 0; symbol < lengths.Length; symbol++)
            symbols[lengths[symbol]].Add(symbol);
        return symbols;
    }

    private int Symbol(List<int>[] symbols)
    {
        int code = 0;
        int first = 0;
        for (int length = 1; length <= 15; length++)
        {
            code = (code << 1) | Bits(1);
            first <<= 1;
            if (code - first < symbols[length].Count)
                return symbols[length][code - first];
            first += symbols[length].Count;
        }
        throw new InvalidDataException("No such code.");
    }

    private int Bits(int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++, _position++)
            value |= ((_input[_position / 8] >> (_position % 8)) & 1) << i;
        return value;
    }
}
