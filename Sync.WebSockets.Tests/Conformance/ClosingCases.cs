using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Support;
using static Sync.WebSockets.Conformance.ConformanceCase;
using static Sync.WebSockets.Conformance.Frames;

namespace Sync.WebSockets.Conformance;

/// <summary>Group 7: Close frames, and what stands behind them.</summary>
internal static class ClosingCases
{
    private const int LongestReason = 123;

    private static readonly int[] Good = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
    private static readonly int[] Bad = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
    private static readonly int[] TooLarge = [5000, 65_535];

    public static IEnumerable<ConformanceCase> All =>
    [
        Passes("7.1.1", Messages(Op.Text, 12)),
        Closes("7.1.2", 1000, Close(1000), Close(1000)),
        Closes("7.1.3", 1000, Close(1000), Ping()),
        Closes("7.1.4", 1000, Close(1000), Text("too late")),
        Closes("7.1.5", 1000, Text("one, ", fin: false), Close(1000), Continuation("two")),
        BehindMuch(),
        Closes("7.3.1", null, Any(Op.Close, [])),
        Fails("7.3.2", 1002, Chop.Whole, Any(Op.Close, [3])),
        Closes("7.3.3", 1000, Close(1000)),
        Closes("7.3.4", 1000, Close(1000, "Ok, good bye")),
        Closes("7.3.5", 1000, Close(1000, new string('*', LongestReason))),
        Fails("7.3.6", 1002, Chop.Whole, Close(1000, new string('*', LongestReason + 1))),
        Fails("7.5.1", 1007, Chop.Whole, Any(Op.Close, Hex.Bytes("03e8 cebae1bdb9cf83cebcceb5 eda080 656469746564"))),
        .. Good.Select((code, i) => Closes($"7.7.{i + 1}", code, Close(code, "good"))),
        .. Bad.Select((code, i) => Fails($"7.9.{i + 1}", 1002, Chop.Whole, Close(code, "bad"))),
        .. TooLarge.Select((code, i) => Fails($"7.13.{i + 1}", 1002, Chop.Whole, Close(code, "bad"))),
    ];

    private static ConformanceCase BehindMuch()
    {
        IEnumerable<Step> messages = Messages(Op.Text, 256 * 1024).Concat(Messages(Op.Text, 12));
        return new ConformanceCase("7.1.6", messages.Concat([new Step([Close(1000), Ping()])]))
        {
            Cause = WebSocketCloseCause.RemoteClose,
            IsAlsoSentInOneGo = true,
        };
    }
}
