using BenchmarkDotNet.Attributes;
using Sync.WebSockets.Protocol.Frames;

namespace Benchmarks.Micro;

/// <summary>Copying and masking in one pass, and copying alone.</summary>
public class MaskBenchmarks
{
    private byte[] _source = [];
    private byte[] _destination = [];

    [Params(64, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _source = Payload.Json(Size, 0);
        _destination = new byte[Size];
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _source.CopyTo(_destination, 0);

    [Benchmark]
    public void CopyAndMask() => Mask.Copy(_source, _destination, 0x1234_5678, 0);
}
