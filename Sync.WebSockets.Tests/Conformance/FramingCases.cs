using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Sync.WebSockets.Support;
using static Sync.WebSockets.Conformance.ConformanceCase;
using static Sync.WebSockets.Conformance.Frames;

namespace Sync.WebSockets.Conformance;

/// <summary>Groups 1 to 5: lengths, pings, reserved bits and opcodes, fragments.</summary>
internal static class FramingCases
{
    private const string Hello = "Hello, world";

    private static readonly byte[] Loose = [0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff];
    private static readonly int[] Chops = [Chop.Whole, Chop.Frames, Chop.Octets];
    private static readonly string[] Ten = [.. Enumerable.Range(0, 10).Select(i => "ping number " + (char)('0' + i))];

    public static IEnumerable<ConformanceCase> All => [.. Lengths, .. Pings, .. ReservedBits, .. ReservedOpcodes, .. Fragments, .. StrayFragments];

    private static IEnumerable<ConformanceCase> Lengths =>
        from kind in new[] { (Block: "1.1.", Opcode: Op.Text), (Block: "1.2.", Opcode: Op.Binary) }
        from form in new[] { 0, 125, 126, 127, 128, 65_535, 65_536, 65_536 }.Select((size, i) => (Size: size, Number: i + 1))
        select Passes(kind.Block + form.Number, Messages(kind.Opcode, form.Size), form.Number == 8 ? 997 : Chop.Whole);

    private static IEnumerable<ConformanceCase> Pings =>
    [
        Passes("2.1", Chop.Whole, [Ping()], Answer.Pong([])),
        Passes("2.2", Chop.Whole, [Ping(Hello)], Answer.Pong(Encoding.UTF8.GetBytes(Hello))),
        Passes("2.3", Chop.Whole, [Any(Op.Ping, Loose)], Answer.Pong(Loose)),
        Passes("2.4", Chop.Whole, [Any(Op.Ping, Payload(Op.Binary, 125))], Answer.Pong(Payload(Op.Binary, 125))),
        Fails("2.5", 1002, Chop.Whole, Any(Op.Ping, Payload(Op.Binary, 126))),
        Passes("2.6", Chop.Octets, [Any(Op.Ping, Payload(Op.Binary, 125))], Answer.Pong(Payload(Op.Binary, 125))),
        Passes("2.7", Chop.Whole, [Any(Op.Pong, [])]),
        Passes("2.8", Chop.Whole, [Any(Op.Pong, Loose)]),
        Passes("2.9", Chop.Whole, [Any(Op.Pong, Loose), Ping(Hello)], Answer.Pong(Encoding.UTF8.GetBytes(Hello))),
        TenPings("2.10", Chop.Whole),
        TenPings("2.11", Chop.Octets),
    ];

    private static IEnumerable<ConformanceCase> ReservedBits =>
    [
        Fails("3.1", 1002, Chop.Whole, Text(Hello, rsv: 1)),
        FailsBehind(Hello, "3.2", Chop.Whole, Text(Hello, rsv: 2), Ping()),
        FailsBehind(Hello, "3.3", Chop.Frames, Text(Hello, rsv: 3), Ping()),
        FailsBehind(Hello, "3.4", Chop.Octets, Text(Hello, rsv: 4), Ping()),
        Fails("3.5", 1002, Chop.Whole, Any(Op.Binary, Loose, rsv: 5)),
        Fails("3.6", 1002, Chop.Whole, Any(Op.Ping, Loose, rsv: 6)),
        Fails("3.7", 1002, Chop.Whole, Any(Op.Close, [], rsv: 7)),
    ];

    // Five without control bit and five with it: the first two alone, the others behind a message.
    private static IEnumerable<ConformanceCase> ReservedOpcodes =>
        from block in new[] { (Name: "4.1.", First: 3), (Name: "4.2.", First: 11) }
        from number in Enumerable.Range(1, 5)
        let frame = Any(block.First + number - 1, number is 1 or 3 ? [] : Encoding.UTF8.GetBytes(Hello))
        select number <= 2
            ? Fails(block.Name + number, 1002, Chop.Whole, frame)
            : FailsBehind(Hello, block.Name + number, Chop.Whole, frame, Ping());

    private static IEnumerable<ConformanceCase> Fragments =>
    [
        Fails("5.1", 1002, Chop.Whole, Any(Op.Ping, Loose, fin: false), Continuation("rest")),
        Fails("5.2", 1002, Chop.Whole, Any(Op.Pong, Loose, fin: false), Continuation("rest")),
        .. Chops.Select((chop, i) => Passes("5." + (3 + i), chop, [Text("one, ", fin: false), Continuation("two")], Answer.Text("one, two"))),
        .. Chops.Select((chop, i) => Passes(
            "5." + (6 + i), chop, [Text("one, ", fin: false), Ping("?"), Continuation("two")], Answer.Pong([(byte)'?']), Answer.Text("one, two"))),
        Fails("5.18", 1002, Chop.Whole, Text("one, ", fin: false), Text("two")),
        PingsInside("5.19", Chop.Whole),
        PingsInside("5.20", Chop.Frames),
    ];

    private static IEnumerable<ConformanceCase> StrayFragments =>
    [
        .. Chops.Select((chop, i) => Fails("5." + (9 + i), 1002, chop, Continuation("stray"), Text(Hello))),
        .. Chops.Select((chop, i) => Fails("5." + (12 + i), 1002, chop, Continuation("stray", fin: false), Text(Hello))),
        Fails("5.15", 1002, Chop.Whole,
        [
            new Step([Text("one, ", fin: false), Continuation("two")], Answer.Text("one, two")),
            new Step([Continuation("stray", fin: false), Text(Hello)]),
        ]),
        Fails("5.16", 1002, Chop.Whole, Twice(Continuation("stray", fin: false), Text("one, ", fin: false), Continuation("two"))),
        Fails("5.17", 1002, Chop.Whole, Twice(Continuation("stray"), Text("one, ", fin: false), Continuation("two"))),
    ];

    private static ConformanceCase TenPings(string id, int chop) =>
        Passes(id, chop, [.. Ten.Select(Ping)], [.. Ten.Select(payload => Answer.Pong(Encoding.UTF8.GetBytes(payload)))]);

    private static ConformanceCase PingsInside(string id, int chop) => Passes(
        id,
        [
            new Step([Text("1 ", fin: false), Continuation("2 ", fin: false), Ping("a")], Answer.Pong([(byte)'a'])),
            new Step(
                [Continuation("3 ", fin: false), Continuation("4 ", fin: false), Ping("b"), Continuation("5")],
                Answer.Pong([(byte)'b']), Answer.Text("1 2 3 4 5")) { Pause = TimeSpan.FromSeconds(1) },
        ],
        chop);

    private static byte[][] Twice(params byte[][] frames) => [.. frames, .. frames];
}
