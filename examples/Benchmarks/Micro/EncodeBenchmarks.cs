using System;
using BenchmarkDotNet.Attributes;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Protocol.Frames;

namespace Benchmarks.Micro;

/// <summary>A frame for the wire: a fresh key, the header, and the masked payload.</summary>
public class EncodeBenchmarks
{
    private byte[] _payload = [];
    private byte[] _frame = [];

    [Params(64, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = Payload.Json(Size, 0);
        _frame = new byte[FrameEncoder.HeaderLength(Size) + Size];
    }

    [Benchmark]
    public uint Key() => RandomKeys.Next();

    [Benchmark]
    public int Header() => FrameEncoder.WriteHeader(_frame, Opcode.Binary, fin: true, rsv1: false, Size, 0x1234_5678);

    [Benchmark]
    public int Encode()
    {
        uint key = RandomKeys.Next();
        int header = FrameEncoder.WriteHeader(_frame, Opcode.Binary, fin: true, rsv1: false, Size, key);
        Mask.Copy(_payload, _frame.AsSpan(header), key, 0);
        return header;
    }
}
