using System;
using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>A server that pings, and counts the pongs: python-websockets.</summary>
[TestFixture(false)]
[TestFixture(true)]
[NonParallelizable]
public sealed class ServerPingTests(bool tls)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Test]
    public void Pings_are_answered_while_the_program_does_something_else()
    {
        using Peer peer = PythonPeer.Start(tls: tls);
        using WebSocketClient client = Connect(peer, "/pings");
        Wait.Until(() => client.GetStatistics().PongsSent >= 5, "five pings of the server were answered");

        client.Send("how many?");

        PongsIn(client.Receive(Soon).Text).Should().BeGreaterThanOrEqualTo(5);
    }

    [Test]
    public void Pings_are_answered_while_the_program_waits_in_Receive()
    {
        using Peer peer = PythonPeer.Start(tls: tls);
        using WebSocketClient client = Connect(peer, "/pings");
        string counts = "";
        BackgroundRun receiving = Run.InBackground(() => counts = client.Receive(Soon).Text);
        Wait.Until(() => client.GetStatistics().PongsSent >= 5, "five pings of the server were answered");
        receiving.IsRunning.Should().BeTrue();

        client.Send("how many?");

        receiving.Join(Soon);
        PongsIn(counts).Should().BeGreaterThanOrEqualTo(5);
    }

    [Test]
    public void Pings_are_answered_while_messages_wait_that_nobody_takes()
    {
        using Peer peer = PythonPeer.Start(tls: tls);
        using WebSocketClient client = Connect(peer, "/pings");
        for (int i = 0; i < 10; i++)
            client.Send("how many?");
        Wait.Until(() => client.GetStatistics().MessagesReceived == 10, "ten answers wait");
        long before = client.GetStatistics().PongsSent;

        Wait.Until(() => client.GetStatistics().PongsSent >= before + 5, "five more pings were answered");

        for (int i = 0; i < 10; i++)
            client.Receive(TimeSpan.Zero);
        client.Send("how many?");
        PongsIn(client.Receive(Soon).Text).Should().BeGreaterThanOrEqualTo((int)before + 5);
    }

    // It closes when a pong does not come within 20 s, its default; here its pings only must not get in the way of anything.
    [Test]
    public void Heartbeats_of_both_sides_and_messages_pass_each_other()
    {
        using Peer peer = PythonPeer.Start(TimeSpan.FromMilliseconds(20), tls);
        using WebSocketClient client = Connect(peer, "/");
        client.PingInterval = TimeSpan.FromMilliseconds(20);
        byte[] payload = Traffic.Bytes(100_000, seed: 1);

        Wait.Until(
            () =>
            {
                client.Send(payload);
                client.Receive(Soon).Data.AsSpan().SequenceEqual(payload).Should().BeTrue();
                WebSocketStatistics statistics = client.GetStatistics();
                return statistics.PongsSent >= 10 && statistics.PongsReceived >= 10;
            },
            "ten pings were answered on each side");
    }

    private static WebSocketClient Connect(Peer peer, string path) => WebSocketClient.Connect(
        new Uri(peer.Uri, path), new WebSocketClientOptions { RemoteCertificateValidationCallback = Trust.InOurs });

    // "pings pongs"
    private static int PongsIn(string counts) => int.Parse(counts.Split(' ')[1], CultureInfo.InvariantCulture);
}
