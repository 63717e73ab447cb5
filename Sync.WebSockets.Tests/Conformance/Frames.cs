using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>Frames as bytes, right and wrong ones, so that a case can cut them as it likes.</summary>
internal static class Frames
{
    // Letters of one to four bytes, so that hardly any cut falls between two of them.
    private static readonly byte[] Letters = Encoding.UTF8.GetBytes("Straße, 10 €, 語 🙂; ");

    public static byte[] Any(int opcode, byte[] payload, bool fin = true, int rsv = 0)
    {
        var bytes = new MemoryStream();
        new FrameWriter(bytes).Write(opcode, payload, fin, rsv, masked: false);
        return bytes.ToArray();
    }

    public static byte[] Text(string text, bool fin = true, int rsv = 0) => Any(Op.Text, Encoding.UTF8.GetBytes(text), fin, rsv);

    public static byte[] Continuation(string text, bool fin = true) => Any(Op.Continuation, Encoding.UTF8.GetBytes(text), fin);

    public static byte[] Ping(string payload = "") => Any(Op.Ping, Encoding.UTF8.GetBytes(payload));

    public static byte[] Close(int code, string reason = "") =>
        Any(Op.Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>A whole message.</summary>
    /// <param name="opcode">Text or Binary.</param>
    /// <param name="payload">All of it.</param>
    /// <param name="fragment">Length of each frame but the last; 0: one frame.</param>
    /// <param name="rsv">The reserved bits of the first frame.</param>
    public static byte[][] Message(int opcode, byte[] payload, int fragment = 0, int rsv = 0)
    {
        if (fragment == 0 || payload.Length <= fragment)
            return [Any(opcode, payload, rsv: rsv)];
        var frames = new List<byte[]>();
        for (int sent = 0; sent < payload.Length; sent += fragment)
        {
            byte[] piece = payload.AsSpan(sent, Math.Min(fragment, payload.Length - sent)).ToArray();
            bool isFirst = sent == 0;
            frames.Add(Any(isFirst ? opcode : Op.Continuation, piece, fin: sent + fragment >= payload.Length, isFirst ? rsv : 0));
        }

        return [.. frames];
    }

    /// <summary>Well-formed UTF-8 for text, anything for binary.</summary>
    public static byte[] Payload(int opcode, int size, int seed = 0)
    {
        if (opcode == Op.Binary)
            return Traffic.Bytes(size, (ulong)(size + seed));
        byte[] text = new byte[size];
        int filled = 0;
        for (; filled + Letters.Length <= size; filled += Letters.Length)
            Letters.CopyTo(text, filled);
        text.AsSpan(filled).Fill((byte)('a' + (seed % 26)));
        return text;
    }

    /// <summary>Messages one after the other, each sent when the one before has come back.</summary>
    public static IEnumerable<Step> Messages(int opcode, int size, int fragment = 0, int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] payload = Payload(opcode, size, i);
            yield return new Step(Message(opcode, payload, fragment), new Answer(opcode, payload));
        }
    }
}
