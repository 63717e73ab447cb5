using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Sync.WebSockets.Support;
using static Sync.WebSockets.Conformance.ConformanceCase;
using static Sync.WebSockets.Conformance.Frames;

namespace Sync.WebSockets.Conformance;

/// <summary>Group 6: what is UTF-8 and what is not, and that the client says so at the first octet that cannot be.</summary>
internal static class Utf8Cases
{
    private const string Greek = "cebae1bdb9cf83cebcceb5";
    private const string Umlauts = "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!";
    private const string Surrogate = Greek + "eda080" + "656469746564";

    // As the only frame of a text message. A "!" marks what is not UTF-8.
    private static readonly (string Block, string Payloads)[] Sequences =
    [
        ("6.5", "68656c6c6f24776f726c64 68656c6c6fc2a2776f726c64 68656c6c6fe282ac776f726c64 68656c6c6ff0a4ada2776f726c64 " + Greek),
        ("6.6", Beginnings(Greek)),
        ("6.7", "00 c280 e0a080 f0908080"),
        ("6.8", "!f888808080 !fc8480808080"),
        ("6.9", "7f dfbf efbfbf f48fbfbf"),
        ("6.10", "!f7bfbfbf !fbbfbfbfbf !fdbfbfbfbfbf"),
        ("6.11", "ed9fbf ee8080 efbfbd f48fbfbf !f4908080"),
        ("6.12", "!80 !bf !80bf !80bf80 !80bf80bf !80bf80bf80 !80bf80bf80bf !" + Range(0x80, 0xbe, "")),
        ("6.13", $"!{Range(0xc0, 0xde, "20")} !{Range(0xe0, 0xee, "20")} !{Range(0xf0, 0xf6, "20")} !{Range(0xf8, 0xfa, "20")} !fc20"),
        ("6.14", "!c0 !e080 !f08080 !f8808080 !fc80808080 !df !efbf !f7bfbf !fbbfbfbf !fdbfbfbfbf"),
        ("6.15", "!c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"),
        ("6.16", "!fe !ff !fefeffff"),
        ("6.17", "!c0af !e080af !f08080af !f8808080af !fc80808080af"),
        ("6.18", "!c1bf !e09fbf !f08fbfbf !f887bfbfbf !fc83bfbfbfbf"),
        ("6.19", "!c080 !e08080 !f0808080 !f880808080 !fc8080808080"),
        ("6.20", "!eda080 !edadbf !edae80 !edafbf !edb080 !edbe80 !edbfbf"),
        ("6.21", "!eda080edb080 !eda080edbfbf !edadbfedb080 !edadbfedbfbf !edae80edb080 !edae80edbfbf !edafbfedb080 !edafbfedbfbf"),
        ("6.22", LastTwoOfEachPlane()),
        ("6.23", "efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe efbfbf"),
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        Passes("6.1.1", Chop.Whole, [Text("")], Answer.Text("")),
        Passes("6.1.2", Chop.Whole, [Text("", fin: false), Continuation("", fin: false), Continuation("")], Answer.Text("")),
        Passes("6.1.3", Chop.Whole, [Text("", fin: false), Continuation("middle", fin: false), Continuation("")], Answer.Text("middle")),
        Passes("6.2.1", Chop.Whole, [Text(Umlauts)], Answer.Text(Umlauts)),
        Passes("6.2.2", Chop.Whole, [Text(Umlauts.Substring(0, 11), fin: false), Continuation(Umlauts.Substring(11))], Answer.Text(Umlauts)),
        Passes("6.2.3", Chop.Whole, OctetByOctet(Encoding.UTF8.GetBytes(Umlauts)), Answer.Text(Umlauts)),
        Passes("6.2.4", Chop.Whole, OctetByOctet(Hex.Bytes(Greek)), new Answer(Op.Text, Hex.Bytes(Greek))),
        Fails("6.3.1", 1007, Chop.Whole, Any(Op.Text, Hex.Bytes(Surrogate))),
        Fails("6.3.2", 1007, Chop.Whole, OctetByOctet(Hex.Bytes(Surrogate))),
        FailsFast("6.4.1", InFrames(Greek, "f4908080", "656469746564")),
        FailsFast("6.4.2", InFrames(Greek + "f4", "90", "8080656469746564")),
        FailsFast("6.4.3", InOneFrame(Greek, "f4908080", "656469746564")),
        FailsFast("6.4.4", InOneFrame(Greek + "f4", "90", "8080656469746564")),
        .. from block in Sequences
           from sequence in block.Payloads.Split(' ').Select((hex, i) => (Hex: hex, Number: i + 1))
           select Whole($"{block.Block}.{sequence.Number}", sequence.Hex),
    ];

    private static ConformanceCase Whole(string id, string hex)
    {
        byte[] payload = Hex.Bytes(hex.TrimStart('!'));
        byte[] frame = Any(Op.Text, payload);
        return hex[0] == '!' ? Fails(id, 1007, Chop.Whole, frame) : Passes(id, Chop.Whole, [frame], new Answer(Op.Text, payload));
    }

    // The first piece is still fine, so nothing comes back; the second one is not, and the refusal must not wait for the third.
    private static ConformanceCase FailsFast(string id, byte[][] pieces) => Fails(
        id, 1007, Chop.Whole, [new Step([pieces[0]]), new Step([pieces[1]]) { Pause = TimeSpan.FromSeconds(1) }], behind: pieces[2]);

    private static byte[][] InFrames(string first, string second, string third) =>
        [Any(Op.Text, Hex.Bytes(first), fin: false), Any(Op.Continuation, Hex.Bytes(second), fin: false), Any(Op.Continuation, Hex.Bytes(third))];

    private static byte[][] InOneFrame(string first, string second, string third)
    {
        byte[] frame = Any(Op.Text, Hex.Bytes(first + second + third));
        int behindSecond = frame.Length - (third.Length / 2);
        int behindFirst = behindSecond - (second.Length / 2);
        return
        [
            frame.AsSpan(0, behindFirst).ToArray(),
            frame.AsSpan(behindFirst, behindSecond - behindFirst).ToArray(),
            frame.AsSpan(behindSecond).ToArray(),
        ];
    }

    private static byte[][] OctetByOctet(byte[] payload) => Message(Op.Text, payload, fragment: 1);

    // Of one to all octets. Two, five, seven and so on end where a letter does.
    private static string Beginnings(string hex) => string.Join(" ", Enumerable.Range(1, hex.Length / 2)
        .Select(octets => (octets is 2 or 5 or 7 or 9 or 11 ? "" : "!") + hex.Substring(0, 2 * octets)));

    private static string Range(int from, int to, string behindEach) =>
        string.Concat(Enumerable.Range(from, to - from + 1).Select(octet => HexOf((byte)octet) + behindEach));

    private static string LastTwoOfEachPlane() => string.Join(" ",
        from plane in Enumerable.Range(0, 17)
        from last in new[] { 0xfffe, 0xffff }
        select string.Concat(Encoding.UTF8.GetBytes(char.ConvertFromUtf32((plane << 16) | last)).Select(HexOf)));

    private static string HexOf(byte octet) => FormattableString.Invariant($"{octet:x2}");
}
