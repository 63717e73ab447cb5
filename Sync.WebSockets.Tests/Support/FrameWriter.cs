using System;
using System.Collections.Generic;
using System.IO;

namespace Sync.WebSockets.Support;

/// <summary>Writes frames, right and wrong ones. Any thread may call.</summary>
internal sealed class FrameWriter(Stream stream)
{
    // A TLS record's worth: Mono's SslStream takes three times as long over a megabyte in one write.
    private const int Piece = 16 * 1024;

    private readonly object _oneAtATime = new();

    public void Write(byte[] bytes)
    {
        lock (_oneAtATime)
            stream.Write(bytes, 0, bytes.Length);
    }

    /// <param name="rsv">The three reserved bits as a number: RSV1 is 4.</param>
    public void Write(int opcode, byte[] payload, bool fin, int rsv, bool masked)
    {
        byte[] header = Header(opcode, payload.Length, fin, rsv, masked);
        byte[] body = payload;
        if (masked)
        {
            body = (byte[])payload.Clone();
            MaskKey.Apply(body, MaskKey.Example);
        }

        // The header goes with the start of the payload, so that a small frame is one write.
        byte[] start = new byte[header.Length + Math.Min(body.Length, Piece)];
        header.CopyTo(start, 0);
        Buffer.BlockCopy(body, 0, start, header.Length, start.Length - header.Length);
        lock (_oneAtATime)
        {
            stream.Write(start, 0, start.Length);
            for (int done = Piece; done < body.Length; done += Piece)
                stream.Write(body, done, Math.Min(Piece, body.Length - done));
        }
    }

    private static byte[] Header(int opcode, int length, bool fin, int rsv, bool masked)
    {
        int mask = masked ? 0x80 : 0;
        var header = new List<byte> { (byte)((fin ? 0x80 : 0) | (rsv << 4) | opcode) };
        if (length < 126)
            header.Add((byte)(mask | length));
        else if (length <= ushort.MaxValue)
            header.AddRange([(byte)(mask | 126), (byte)(length >> 8), (byte)length]);
        else
            header.AddRange([(byte)(mask | 127), 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);

        if (masked)
            header.AddRange(MaskKey.Example);
        return [.. header];
    }
}
