using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol;

/// <summary>Bytes as a server would send them.</summary>
internal static class Wire
{
    /// <summary>Hex digits, in groups of any size.</summary>
    public static byte[] Hex(string hex)
    {
        string digits = string.Concat(hex.Where(c => !char.IsWhiteSpace(c)));
        return Enumerable.Range(0, digits.Length / 2)
            .Select(i => Convert.ToByte(digits.Substring(2 * i, 2), 16))
            .ToArray();
    }

    public static string ToHex(IEnumerable<byte> bytes) =>
        string.Concat(bytes.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));

    public static byte[] Frame(Opcode opcode, byte[] payload, bool fin = true) => Join(Header(opcode, payload.Length, fin), payload);

    /// <summary>With RSV1, as the first frame of a compressed message.</summary>
    public static byte[] Compressed(Opcode opcode, byte[] payload, bool fin = true)
    {
        byte[] frame = Frame(opcode, payload, fin);
        frame[0] |= 0x40;
        return frame;
    }

    public static byte[] Frame(Opcode opcode, string text, bool fin = true) => Frame(opcode, Encoding.UTF8.GetBytes(text), fin);

    public static byte[] Header(Opcode opcode, long length, bool fin = true)
    {
        var header = new List<byte> { (byte)((fin ? 0x80 : 0) | (int)opcode) };
        int octets = length < 126 ? 0 : length < 65536 ? 2 : 8;
        header.Add((byte)(octets switch { 0 => length, 2 => 126, _ => 127 }));
        for (int i = octets - 1; i >= 0; i--)
            header.Add((byte)(length >> (8 * i)));
        return header.ToArray();
    }

    public static byte[] Join(params byte[][] parts) => parts.SelectMany(part => part).ToArray();

    public static byte[] Repeat(int times, byte[] part) => Enumerable.Repeat(part, times).SelectMany(p => p).ToArray();

    /// <summary>A payload in which every byte's place shows.</summary>
    public static byte[] Pattern(int length) => Enumerable.Range(0, length).Select(i => (byte)(i * 31 + i / 251)).ToArray();
}
