using System;
using NUnit.Framework;
using Sync.WebSockets.Protocol;

namespace Sync.WebSockets.Fuzzing;

[TestFixture]
internal sealed class DecoderFuzzTests
{
    // Octet by octet only where that costs little.
    private const int Short = 1000;

    private static readonly long[] Limits = [long.MaxValue, long.MaxValue, 70_000, 1000, 20];

    // 10 million streams with SYNC_WEBSOCKETS_LONG=1.
    [Test]
    public void Decoder_says_what_a_plain_one_says_however_the_stream_is_cut() => FuzzRun.Of(100_000, random =>
    {
        long limit = Limits[random.Next(Limits.Length)];
        CheckAllWays(FuzzStream.Next(random), limit, random);
    });

    private static void CheckAllWays(byte[] stream, long limit, Random random)
    {
        ReferenceDecoder expected = new(stream, limit);
        bool isTraced = random.Next(2) == 0;
        try
        {
            Check(stream, expected, limit, isTraced, () => stream.Length);
            int most = stream.Length <= Short ? random.Next(1, 40) : random.Next(1, 20_000);
            Check(stream, expected, limit, isTraced, () => random.Next(1, most + 1));
            if (stream.Length <= Short)
                Check(stream, expected, limit, isTraced, () => 1);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{e.Message} Limit {limit}, stream {Wire.ToHex(stream)}", e);
        }
    }

    private static void Check(byte[] stream, ReferenceDecoder expected, long limit, bool isTraced, Func<int> nextSize)
    {
        new DecoderRun(stream, expected, limit, useDirect: false, isTraced).Feed(nextSize);
        // The direct path is for large payloads only.
        if (stream.Length > Short)
            new DecoderRun(stream, expected, limit, useDirect: true, isTraced).Feed(nextSize);
    }
}
