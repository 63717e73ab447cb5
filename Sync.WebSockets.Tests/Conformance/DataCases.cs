using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Sync.WebSockets.Support;
using static Sync.WebSockets.Conformance.Frames;

namespace Sync.WebSockets.Conformance;

/// <summary>
/// Groups 12 and 13: what people send, compressed, in many sizes and fragments, within each of the limits that a server may ask for.
/// </summary>
internal static class DataCases
{
    private const int SampleSize = 300_000;

    private static readonly int MessagesPerCase = LongRun.Or(slice: 3, full: 1000);

    private static readonly (int Size, int Fragment)[] Forms =
    [
        (16, 0), (64, 0), (256, 0), (1024, 0), (4096, 0), (8192, 0), (16_384, 0), (32_768, 0), (65_536, 0), (131_072, 0),
        (8192, 256), (16_384, 256), (32_768, 256), (65_536, 256), (131_072, 256), (131_072, 1024), (131_072, 4096), (131_072, 32_768),
    ];

    // In the order of the blocks 12.1 to 12.5. The texts are ASCII, so that they can be cut anywhere.
    private static readonly (int Opcode, Lazy<byte[]> Sample)[] Data =
    [
        (Op.Text, Repeated(i => FormattableString.Invariant($"{{\"id\":{i},\"name\":\"item {i * 7919 % 1000}\",\"tags\":[\"a\",\"b\"],\"on\":true}},\n"))),
        (Op.Binary, new Lazy<byte[]>(() => [.. Enumerable.Range(0, SampleSize).Select(i => (byte)((i % 512) + (i / 512 * 3 % 7)))])),
        (Op.Binary, Repeated(i => FormattableString.Invariant($"Zum {i}. Mal geht die Sonne auf, über Täler und Höhen, und es wird heiß. "))),
        (Op.Text, Repeated(i => FormattableString.Invariant($"<tr class=\"row{i % 2}\"><td>{i}</td><td><a href=\"/{i * 31}\">more</a></td></tr>\n"))),
        (Op.Binary, new Lazy<byte[]>(() => Traffic.Bytes(SampleSize, seed: 12))),
    ];

    // In the order of the blocks 13.1 to 13.7, of which the last lets the server choose: the first it names is the first that fits.
    private static readonly DeflateAnswer[] Limits =
    [
        new(false, null), new(true, null), new(false, 9), new(false, 15), new(true, 9), new(true, 15), new(true, 9),
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        .. from block in Enumerable.Range(0, Data.Length)
           from form in Enumerable.Range(0, Forms.Length)
           select Case($"12.{block + 1}.{form + 1}", new DeflateAnswer(false, null), Data[block], Forms[form]),
        .. from block in Enumerable.Range(0, Limits.Length)
           from form in Enumerable.Range(0, Forms.Length)
           select Case($"13.{block + 1}.{form + 1}", Limits[block], Data[0], Forms[form]),
    ];

    private static ConformanceCase Case(string id, DeflateAnswer deflate, (int Opcode, Lazy<byte[]> Sample) data, (int Size, int Fragment) form) => new(
        id, Windows(data.Opcode, data.Sample, form))
    {
        Deflate = deflate,
        ServerClosesAtTheEnd = true,
        Cause = WebSocketCloseCause.RemoteClose,
    };

    // Each message begins where the one before has ended.
    private static IEnumerable<Step> Windows(int opcode, Lazy<byte[]> sample, (int Size, int Fragment) form)
    {
        using var deflate = new PeerDeflate();
        for (int i = 0; i < MessagesPerCase; i++)
        {
            int from = i * form.Size % (SampleSize - form.Size);
            byte[] payload = sample.Value.AsSpan(from, form.Size).ToArray();
            yield return new Step(Message(opcode, deflate.Message(payload), form.Fragment, rsv: 4), new Answer(opcode, payload));
        }
    }

    private static Lazy<byte[]> Repeated(Func<int, string> line) => new(() =>
    {
        var text = new StringBuilder();
        for (int i = 0; text.Length < SampleSize; i++)
            text.Append(line(i));
        return Encoding.UTF8.GetBytes(text.ToString());
    });
}
