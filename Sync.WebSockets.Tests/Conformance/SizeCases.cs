using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Support;
using static Sync.WebSockets.Conformance.ConformanceCase;
using static Sync.WebSockets.Conformance.Frames;

namespace Sync.WebSockets.Conformance;

/// <summary>Groups 9 and 10: large messages, in few and in many frames, cut coarsely and finely, and many in a row.</summary>
internal static class SizeCases
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static readonly int[] Sizes = [64 * KiB, 256 * KiB, MiB, 4 * MiB, 8 * MiB, 16 * MiB];
    private static readonly int[] Fragments = [64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, MiB, 4 * MiB];
    private static readonly int[] Chops = [64, 128, 256, 512, 1024, 2048];
    private static readonly int[] Rallies = [0, 16, 64, 256, 1024, 4096];

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Sizes.Select((size, i) => Passes($"9.1.{i + 1}", Messages(Op.Text, size))),
        .. Sizes.Select((size, i) => Passes($"9.2.{i + 1}", Messages(Op.Binary, size))),
        .. Fragments.Select((fragment, i) => Passes($"9.3.{i + 1}", Messages(Op.Text, 4 * MiB, fragment))),
        .. Fragments.Select((fragment, i) => Passes($"9.4.{i + 1}", Messages(Op.Binary, 4 * MiB, fragment))),
        .. Chops.Select((chop, i) => Passes($"9.5.{i + 1}", Messages(Op.Text, MiB), chop)),
        .. Chops.Select((chop, i) => Passes($"9.6.{i + 1}", Messages(Op.Binary, MiB), chop)),
        .. Rallies.Select((size, i) => Passes($"9.7.{i + 1}", Messages(Op.Text, size, count: 1000))),
        .. Rallies.Select((size, i) => Passes($"9.8.{i + 1}", Messages(Op.Binary, size, count: 1000))),
        Passes("10.1.1", Messages(Op.Text, 64 * KiB, fragment: 1300)),
    ];
}
