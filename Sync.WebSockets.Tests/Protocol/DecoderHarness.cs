using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using FluentAssertions;
using Sync.WebSockets.Protocol.Messages;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol;

/// <summary>
/// Feeds the decoder the same bytes in every way that a stream may cut them (whole, at every split point, byte by byte; with
/// and without the direct path; with and without a trace) and answers the events, which must be the same each time. A header shows as <c>[Text fin 5
/// bytes]</c>, an event as <c>Text hello</c>, <c>Close 1000 bye</c> and so on.
/// </summary>
internal static class DecoderHarness
{
    // Longer inputs are split near both ends and around powers of two only.
    private const int SplitEverywhere = 600;

    public static string[] Events(string hex, long maxMessageSize = long.MaxValue, bool? contextTakeover = null) =>
        Events(Wire.Hex(hex), maxMessageSize, contextTakeover);

    public static string[] Events(byte[] input, long maxMessageSize = long.MaxValue, bool? contextTakeover = null) =>
        Traces(input, maxMessageSize, contextTakeover).Where(IsEvent).ToArray();

    public static string[] Traces(byte[] input, long maxMessageSize = long.MaxValue, bool? contextTakeover = null)
    {
        string[] whole = Feed(New(useDirect: false), [input.Length]);
        string[] untraced = [.. whole.Where(IsEvent)];
        foreach (int[] cuts in Ways(input.Length))
        {
            foreach (bool useDirect in new[] { false, true })
                Feed(New(useDirect), cuts).Should().Equal(whole, "a cut in the stream changes nothing");
            Feed(New(useDirect: false, isTraced: false), cuts).Should().Equal(untraced, "nor does it whether anybody looks");
        }

        return whole;

        DecoderFeeder New(bool useDirect, bool isTraced = true) => new(maxMessageSize, useDirect, contextTakeover, isTraced);

        string[] Feed(DecoderFeeder feeder, int[] cuts)
        {
            int position = 0;
            foreach (int cut in cuts)
            {
                feeder.Add(input, position, cut - position);
                position = cut;
            }

            return [.. feeder.Events];
        }
    }

    /// <summary>How many bytes it takes until the decoder refuses, fed one at a time.</summary>
    public static int BytesUntilRefusal(byte[] input, long maxMessageSize = long.MaxValue)
    {
        var feeder = new DecoderFeeder(maxMessageSize, useDirect: false);
        for (int i = 0; i < input.Length; i++)
        {
            feeder.Add(input, i, 1);
            if (feeder.HasRefused)
                return i + 1;
        }

        throw new InvalidOperationException("The decoder took it all.");
    }

    public static int BytesUntilRefusal(string hex, long maxMessageSize = long.MaxValue) =>
        BytesUntilRefusal(Wire.Hex(hex), maxMessageSize);

    private static bool IsEvent(string trace) => trace[0] != '[';

    private static IEnumerable<int[]> Ways(int length)
    {
        yield return [length];
        yield return Enumerable.Range(1, length).ToArray();
        for (int cut = 1; cut < length; cut++)
        {
            if (length <= SplitEverywhere || cut < 20 || cut > length - 20 || IsNearPowerOfTwo(cut))
                yield return [cut, length];
        }
    }

    private static bool IsNearPowerOfTwo(int n) =>
        n > 4096 && Enumerable.Range(-1, 16).Any(d => ((n - d) & (n - d - 1)) == 0);

    public static string Describe(DecodeResult result, MessageDecoder decoder) => result switch
    {
        DecodeResult.Message => Describe(decoder.MessageType, decoder.Bytes().ToArray()),
        DecodeResult.Close => Invariant($"Close {(int?)decoder.ClosePayload.Status} {decoder.ClosePayload.Description}").TrimEnd(),
        DecodeResult.Violation => Invariant($"Violation {(int)decoder.Violation!.CloseStatus}"),
        _ => Invariant($"{result} {Hex(decoder.Payload)}").TrimEnd(),
    };

    public static string Describe(WebSocketMessageType type, byte[] payload) =>
        type == WebSocketMessageType.Text ? "Text " + Encoding.UTF8.GetString(payload) : Binary(payload);

    // Long payloads as length and hash.
    private static string Hex(ArraySegment<byte> bytes) => bytes.Count <= 300
        ? Wire.ToHex(bytes)
        : Invariant($"{bytes.Count} bytes, {bytes.Aggregate(17UL, (hash, b) => hash * 1_099_511_628_211UL + b):X}");

    public static string Binary(byte[] payload) => "Binary " + Hex(new ArraySegment<byte>(payload));
}
