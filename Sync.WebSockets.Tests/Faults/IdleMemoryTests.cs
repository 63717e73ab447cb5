using System;
using System.Collections.Generic;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>What connections keep that do nothing, after they did much. .NET only: Mono's collector only guesses.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
public sealed class IdleMemoryTests
{
    private const int Connections = 40;
    private const long MostBuffers = 8 * 1024;
    private const long Objects = 12 * 1024;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Connection_that_is_idle_after_much_traffic_holds_small_buffers()
    {
        using Peer server = KestrelPeer.Start();
        long fresh = KeptBy(server, _ => { });

        long used = KeptBy(server, client =>
        {
            byte[] message = new byte[200_000];
            for (int i = 0; i < 5; i++)
                client.Send(message);
            for (int i = 0; i < 5; i++)
                client.Receive(Soon);
            // What every heartbeat does.
            client.Ping(Soon);
            client.Ping(Soon);
        });

        TestContext.Out.WriteLine($"{fresh} bytes for a new connection, {used} for one that was used");
        fresh.Should().BeLessThan(MostBuffers + Objects);
        used.Should().BeLessThan(MostBuffers + Objects, "buffers are as small as they were at first");
    }

    private static long KeptBy(Peer server, Action<WebSocketClient> use)
    {
        Once().Dispose();
        long before = Resources.Heap;
        List<WebSocketClient> clients = [];
        try
        {
            for (int i = 0; i < Connections; i++)
                clients.Add(Once());
            return (Resources.Heap - before) / Connections;
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        WebSocketClient Once()
        {
            var client = WebSocketClient.Connect(server.Uri, new WebSocketClientOptions());
            use(client);
            return client;
        }
    }
}
