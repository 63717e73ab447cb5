using System;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[CancelAfter(60_000)]
public sealed class FirstCloseTests
{
    // A race, lost in most of the rounds by a client that does not take cause and Close frame as one.
    private const int Rounds = 30;

    [Test]
    public void Close_says_what_its_caller_said_although_a_thread_that_it_frees_disposes_the_client()
    {
        var statuses = new ConcurrentQueue<int>();
        using var server = new ScriptedServer(c =>
        {
            c.Upgrade();
            byte[] close = c.ReadUntilClose().Payload;
            statuses.Enqueue((close[0] << 8) | close[1]);
        });

        for (int i = 0; i < Rounds; i++)
        {
            using WebSocketClient client = WebSocketClient.Connect(server.Uri);
            var receiver = new Thread(() => ReceiveThenDispose(client)) { IsBackground = true };
            receiver.Start();

            client.Close(WebSocketCloseStatus.EndpointUnavailable, "first");

            receiver.Join(TimeSpan.FromSeconds(10)).Should().BeTrue();
        }

        server.Join();
        statuses.Should().HaveCount(Rounds).And.OnlyContain(status => status == 1001);
    }

    private static void ReceiveThenDispose(WebSocketClient client)
    {
        try
        {
            client.Receive();
        }
        catch (WebSocketClosedException)
        {
            client.Dispose();
        }
    }
}
