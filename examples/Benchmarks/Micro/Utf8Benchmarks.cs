using System.Linq;
using System.Text;
using BenchmarkDotNet.Attributes;
using Sync.WebSockets.Protocol.Messages;

namespace Benchmarks.Micro;

/// <summary>Validation of text that came in one piece.</summary>
public class Utf8Benchmarks
{
    private byte[] _ascii = [];
    private byte[] _mixed = [];

    [Params(64, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _ascii = Payload.Json(Size, 0);
        // Of one to four bytes a character, cut between two of them.
        byte[] mixed = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\u00e9\u4e8c\U0001F600 text ", (Size / 16) + 1)));
        _mixed = mixed[..(mixed.Length - (mixed.Length % 16))];
    }

    [Benchmark]
    public bool Ascii() => IsValid(_ascii);

    [Benchmark]
    public bool Mixed() => IsValid(_mixed);

    private static bool IsValid(byte[] text)
    {
        Utf8Validator validator = new();
        return validator.Append(text) && validator.IsAtBoundary;
    }
}
