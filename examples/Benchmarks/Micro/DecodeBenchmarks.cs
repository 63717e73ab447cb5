using System;
using System.Linq;
using Benchmarks.Server;
using BenchmarkDotNet.Attributes;
using Sync.WebSockets.Protocol.Messages;

namespace Benchmarks.Micro;

/// <summary>A chunk as it comes from the socket, full of whole messages: to headers, and to messages.</summary>
public class DecodeBenchmarks
{
    private const int Messages = 500;

    private readonly MessageDecoder _decoder = new(16 * 1024 * 1024, onFrame: null);
    private byte[] _chunk = [];

    [Params(16, 64, 1024)]
    public int Size { get; set; }

    [Params(false, true)]
    public bool IsText { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        byte[] frame = Frame.Of(IsText ? Frame.Text : Frame.Binary, Payload.Json(Size, 0), isMasked: false);
        _chunk = [.. Enumerable.Repeat(frame, Messages).SelectMany(f => f)];
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int Decode()
    {
        int start = 0;
        int messages = _decoder.TakeRow(_chunk, ref start, _chunk.Length, int.MaxValue, out _);
        return messages == Messages ? messages : throw new InvalidOperationException("Not all messages came out.");
    }
}
