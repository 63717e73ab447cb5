using System.Collections.Generic;

namespace Benchmarks.Cases;

/// <summary>Everything that is measured, in the order of the report.</summary>
internal static class AllCases
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static readonly (string Name, int Size)[] Sizes = [("64 B", 64), ("1 KiB", KiB), ("64 KiB", 64 * KiB), ("1 MiB", MiB)];

    public static IEnumerable<Case> List => [.. RoundTrips(), .. Receiving(), .. Sending(), .. Tls(), .. Deflate(), .. Connecting()];

    private static IEnumerable<Case> RoundTrips()
    {
        const string Group = "Round trip";
        foreach (bool oneCore in new[] { true, false })
        {
            string suffix = oneCore ? ", one core" : "";
            yield return new Case(Group, "32 B" + suffix, Measure.RoundTrip, 32, OneCore: oneCore);
            yield return new Case(Group, "64 KiB" + suffix, Measure.RoundTrip, 64 * KiB, OneCore: oneCore);
        }
    }

    private static IEnumerable<Case> Receiving()
    {
        const string Group = "Receive";
        foreach ((string name, int size) in Sizes)
        {
            yield return new Case(Group, name + " into a buffer", Measure.Receive, size);
            yield return new Case(Group, name + " as an array", Measure.Receive, size, Form.Array);
        }
        yield return new Case(Group, "64 B as a string", Measure.Receive, 64, Form.Text);
        yield return new Case(Group, "1 KiB as a string", Measure.Receive, KiB, Form.Text);
    }

    private static IEnumerable<Case> Sending()
    {
        const string Group = "Send";
        foreach ((string name, int size) in Sizes)
            yield return new Case(Group, name, Measure.Send, size);
        yield return new Case(Group, "64 B in batches", Measure.Send, 64, Form.Batch);
    }

    private static IEnumerable<Case> Tls()
    {
        const string Group = "TLS";
        yield return new Case(Group, "round trip 32 B, one core", Measure.RoundTrip, 32, IsTls: true, OneCore: true);
        yield return new Case(Group, "receive 64 B", Measure.Receive, 64, IsTls: true);
        yield return new Case(Group, "receive 64 KiB", Measure.Receive, 64 * KiB, IsTls: true);
        yield return new Case(Group, "send 64 B", Measure.Send, 64, IsTls: true);
        yield return new Case(Group, "send 64 KiB", Measure.Send, 64 * KiB, IsTls: true);
    }

    private static IEnumerable<Case> Deflate()
    {
        const string Group = "Compressed JSON";
        foreach ((string name, int size) in new[] { ("1 KiB", KiB), ("64 KiB", 64 * KiB) })
        {
            yield return new Case(Group, "receive " + name, Measure.Receive, size, IsDeflated: true);
            yield return new Case(Group, "send " + name, Measure.Send, size, IsDeflated: true);
        }
    }

    private static IEnumerable<Case> Connecting()
    {
        const string Group = "Connect and close";
        yield return new Case(Group, "ws", Measure.Connect);
        yield return new Case(Group, "wss", Measure.Connect, IsTls: true);
    }
}
