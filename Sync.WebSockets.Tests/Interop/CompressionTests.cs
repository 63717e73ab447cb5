using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>Compressed echoes through the servers of others, in all ways that both sides can agree on.</summary>
[TestFixtureSource(typeof(RealServer), nameof(RealServer.All))]
[Category("Z8")]
public sealed class CompressionTests(RealServer server) : RealServerTests(server)
{
    private static readonly int Messages = LongRun.Or(12, full: 250);
    private static readonly int[] ClientBits = LongRun.Or<int[]>([9, 15], full: [.. Enumerable.Range(9, 7)]);
    private static readonly int[] ServerBits = LongRun.Or<int[]>([10, 15], full: [.. Enumerable.Range(9, 7)]);

    [Test]
    public void Messages_come_back_as_they_were_sent([Values] bool clientTakeover, [Values] bool serverTakeover)
    {
        foreach (int clientBits in ClientBits)
        {
            foreach (int serverBits in ServerBits)
            {
                Random random = new((clientBits * 16) + serverBits);
                using WebSocketClient client = Connect(new WebSocketCompressionOptions
                {
                    ClientContextTakeover = clientTakeover,
                    ServerContextTakeover = serverTakeover,
                    ClientMaxWindowBits = clientBits,
                    ServerMaxWindowBits = serverBits,
                });
                for (int i = 0; i < Messages; i++)
                    Echo(client, Rows(random, i), compress: i % 5 != 4);
            }
        }
    }

    [Test]
    public void Long_messages_go_in_fragments_and_come_back()
    {
        using WebSocketClient client = Connect(new WebSocketCompressionOptions());

        Echo(client, Traffic.Bytes(3_000_000, seed: 1));
        Echo(client, new byte[10_000_000]);
        Echo(client, []);
    }

    [Test]
    public void What_is_compressed_takes_less_on_the_wire()
    {
        byte[] rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{{\"id\":{i},\"name\":\"row {i}\"}}\n")));
        using WebSocketClient client = Connect(new WebSocketCompressionOptions());
        client.Response.Headers["Sec-WebSocket-Extensions"].Should().Contain("permessage-deflate");

        Echo(client, rows);

        WebSocketStatistics statistics = client.GetStatistics();
        statistics.PayloadBytesSent.Should().Be(rows.Length);
        statistics.PayloadBytesReceived.Should().Be(rows.Length);
        statistics.WireBytesSent.Should().BeLessThan(rows.Length / 3);
        statistics.WireBytesReceived.Should().BeLessThan(rows.Length / 3);
        Echo(client, rows, compress: false);
        (client.GetStatistics().WireBytesSent - statistics.WireBytesSent).Should().BeGreaterThan(rows.Length);
    }

    private WebSocketClient Connect(WebSocketCompressionOptions compression) =>
        Connect("/deflate", new WebSocketClientOptions { Compression = compression, MaxSendFrameSize = 100_000 });

    private static void Echo(WebSocketClient client, byte[] payload, bool compress = true)
    {
        client.Send(payload, WebSocketMessageType.Binary, compress);

        client.Receive(Soon).Data.AsSpan().SequenceEqual(payload).Should().BeTrue("{0} bytes are to come back", payload.Length);
    }

    // As of a table, with what does not compress in between.
    private static byte[] Rows(Random random, int kind)
    {
        byte[] noise = new byte[random.Next(kind % 3 == 0 ? 40_000 : 300)];
        random.NextBytes(noise);
        IEnumerable<byte> rows = Enumerable.Range(0, random.Next(200))
            .SelectMany(i => Encoding.UTF8.GetBytes($"{{\"row\":{i},\"value\":{random.Next(1000)}}}\n"));
        return kind % 4 == 0 ? noise : [.. rows, .. noise, .. rows];
    }
}
