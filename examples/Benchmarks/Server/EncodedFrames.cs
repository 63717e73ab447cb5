using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;

namespace Benchmarks.Server;

/// <summary>Frames encoded beforehand, to be written again and again: what costs a server nothing, and a raw client neither.</summary>
internal sealed class EncodedFrames
{
    private const int BlockSize = 256 * 1024;

    private static readonly ConcurrentDictionary<(int, string, bool), EncodedFrames> Made = new();

    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private EncodedFrames(IReadOnlyList<byte[]> frames)
    {
        _ends = new int[frames.Count];
        using MemoryStream bytes = new();
        for (int i = 0; i < frames.Count; i++)
        {
            bytes.Write(frames[i]);
            _ends[i] = (int)bytes.Length;
        }
        _bytes = bytes.ToArray();
    }

    /// <param name="size">Of a payload.</param>
    /// <param name="content">binary, text or json; the last is compressed.</param>
    /// <param name="isMasked">As clients send them.</param>
    public static EncodedFrames Of(int size, string content, bool isMasked) => Made.GetOrAdd((size, content, isMasked), static key => Make(key.Item1, key.Item2, key.Item3));

    /// <summary>The length of so many frames.</summary>
    public long LengthOf(int count) => ((long)(count / _ends.Length) * _bytes.Length) + Prefix(count % _ends.Length);

    /// <summary>Writes so many, many at once.</summary>
    public void Write(Stream stream, int count)
    {
        for (; count >= _ends.Length; count -= _ends.Length)
            stream.Write(_bytes);
        if (count > 0)
            stream.Write(_bytes, 0, Prefix(count));
    }

    /// <summary>Writes so many, one by one.</summary>
    public void WriteEach(Stream stream, int count)
    {
        for (int i = 0, k = 0; i < count; i++, k = k + 1 == _ends.Length ? 0 : k + 1)
            stream.Write(_bytes, Prefix(k), _ends[k] - Prefix(k));
    }

    private int Prefix(int frames) => frames == 0 ? 0 : _ends[frames - 1];

    private static EncodedFrames Make(int size, string content, bool isMasked)
    {
        if (content == "json")
            return new EncodedFrames(Deflated(Payload.Jsons(size), isMasked));
        byte[] frame = Frame.Of(content == "text" ? Frame.Text : Frame.Binary, Payload.Json(size, 0), isMasked);
        byte[][] frames = new byte[Math.Clamp(BlockSize / frame.Length, 1, 4096)][];
        Array.Fill(frames, frame);
        return new EncodedFrames(frames);
    }

    // Each message refers to those before it in the block, as with context takeover. The first one refers to none, so blocks can follow each other.
    private static List<byte[]> Deflated(byte[][] payloads, bool isMasked)
    {
        List<byte[]> frames = [];
        using MemoryStream compressed = new();
        using DeflateStream deflate = new(compressed, CompressionLevel.Optimal);
        foreach (byte[] payload in payloads)
        {
            compressed.SetLength(0);
            deflate.Write(payload);
            deflate.Flush();
            // RFC 7692, 7.2.1: the empty block at the end is left out.
            frames.Add(Frame.Of(Frame.Text | Frame.Compressed, compressed.GetBuffer().AsSpan(0, (int)compressed.Length - 4), isMasked));
        }
        return frames;
    }
}
