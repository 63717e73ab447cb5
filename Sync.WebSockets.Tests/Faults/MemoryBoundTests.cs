using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>What a hostile server can make one connection keep, while the program does not receive. .NET only: Mono's collector only guesses.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(120_000)]
public sealed class MemoryBoundTests
{
    private const int MaxMessageSize = 1 << 20;
    private const int ReceiveQueueBytes = 1 << 20;
    private const long Bound = (2L * MaxMessageSize) + ReceiveQueueBytes + (256 * 1024);

    private static readonly byte[] Begin = [0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0]; // A message of the longest size.

    // What the server sends first, and what it sends over and over.
    private static readonly Dictionary<string, (byte[] First, byte[] Next, int Times)> Attacks = new(StringComparer.Ordinal)
    {
        ["a bomb"] = (Frame(0xC2, Compressed(100 * MaxMessageSize)), [], 0),
        ["a bomb that stops below the limit"] = (Frame(0x42, Compressed(MaxMessageSize - 1)), [], 0),
        ["small messages that are long when inflated"] = ([], Many(Frame(0xC2, Compressed(MaxMessageSize))), 1),
        ["the longest message but for its end"] = (Begin, new byte[MaxMessageSize - 1], 1),
        ["the longest messages"] = ([], Frame(0x82, new byte[MaxMessageSize]), 10),
        ["tiny fragments"] = ([0x02, 0], Many(Frame(0x00, [7])), 250),
        ["empty fragments"] = ([0x02, 0], Many(Frame(0x00, [])), 250),
        ["a length of 2^40"] = ([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0], [], 0),
        ["the longest length without data"] = (Begin, [], 0),
        ["a message byte by byte"] = (Begin, [7], 200_000),
        ["fragments byte by byte, each on its own"] = ([0x02, 0], Frame(0x00, [7]), 100_000),
        ["a flood of pings"] = ([], Many(Frame(0x89, new byte[125])), 1000),
        ["a flood of pongs"] = ([], Many(Frame(0x8A, new byte[125])), 1000),
        ["messages of ten bytes, each on its own"] = ([], Frame(0x82, new byte[10]), 100_000),
        ["empty messages"] = ([], Many(Frame(0x82, [])), 1000),
    };

    private static IEnumerable<string> Names => Attacks.Keys;

    [Test]
    public void Hostile_server_cannot_make_a_connection_keep_more_than_its_limits_allow([ValueSource(nameof(Names))] string attack, [Values] bool streamed)
    {
        (byte[] first, byte[] next, int times) = Attacks[attack];
        using var done = new ManualResetEventSlim();
        long sent = first.Length + ((long)times * next.Length);
        bool attacks = false;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade("Sec-WebSocket-Extensions: permessage-deflate");
            if (attacks)
            {
                try
                {
                    connection.SendRaw(first);
                    for (int i = 0; i < times; i++)
                        connection.SendRaw(next);
                }
                catch (IOException)
                {
                    // The client does not read, and then it is disposed.
                    return;
                }
                done.Set();
            }
            connection.WaitForDisconnect();
        });
        Connect(server).Dispose();
        attacks = true;
        long before = Resources.Heap;

        using WebSocketClient client = Connect(server);
        // A stream that is opened, and not read.
        BackgroundRun? opens = streamed ? Run.InBackground(() => Open(client)) : null;
        Wait.Until(
            () => client.CheckHealth().ReadingIsPaused || client.State != WebSocketState.Open || (done.IsSet && client.GetStatistics().WireBytesReceived >= sent),
            "the attack has come, or the client has stopped reading, or has ended the connection",
            TimeSpan.FromSeconds(60));

        long kept = Resources.Heap - before;
        TestContext.Out.WriteLine($"{attack}: {kept / 1024} KiB kept, {client.GetStatistics().WireBytesReceived} bytes came");
        kept.Should().BeLessThan(Bound);
        client.Abort();
        opens?.Join();
    }

    private static void Open(WebSocketClient client)
    {
        try
        {
            client.OpenReceiveStream();
        }
        catch (WebSocketClosedException)
        {
            // It ended before a message began.
        }
    }

    private static WebSocketClient Connect(ScriptedServer server) => TestClient.Connect(server, options =>
    {
        options.MaxMessageSize = MaxMessageSize;
        options.ReceiveQueueBytes = ReceiveQueueBytes;
        options.Compression = new WebSocketCompressionOptions();
        options.CloseTimeout = TimeSpan.FromMilliseconds(100);
    });

    private static byte[] Compressed(int zeros)
    {
        using var deflate = new PeerDeflate();
        return deflate.Message(new byte[zeros]);
    }

    private static byte[] Frame(byte first, byte[] payload) => payload.Length switch
    {
        < 126 => [first, (byte)payload.Length, .. payload],
        <= ushort.MaxValue => [first, 126, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload],
        _ => [first, 127, .. BitConverter.GetBytes((long)payload.Length).Reverse(), .. payload],
    };

    private static byte[] Many(byte[] frame) => [.. Enumerable.Repeat(frame, 1000).SelectMany(bytes => bytes)];
}
