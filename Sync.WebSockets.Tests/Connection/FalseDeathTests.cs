using System;
using System.Diagnostics;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class FalseDeathTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongAfterDeath = TimeSpan.FromMilliseconds(1500);

    [TestCase(false)]
    [TestCase(true)]
    public void Server_that_streams_but_never_answers_pings_is_alive(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < LongAfterDeath; connection.Pause(TimeSpan.FromMilliseconds(50)))
                connection.SendText("tick");
            connection.SendText("the end");
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server);

        while (client.Receive(TimeSpan.FromSeconds(10)).Text != "the end")
            client.State.Should().Be(WebSocketState.Open);

        client.GetStatistics().PingsSent.Should().BePositive();
        client.GetStatistics().PongsReceived.Should().Be(0);
        client.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    public void Infinite_PingTimeout_pings_but_never_kills()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(50);
            options.PingTimeout = System.Threading.Timeout.InfiniteTimeSpan;
        });

        Wait.Out(LongAfterDeath);

        client.State.Should().Be(WebSocketState.Open);
        client.GetStatistics().PingsSent.Should().BeGreaterThan(5);
    }

    private static WebSocketClient Connect(ScriptedServer server) => TestClient.Connect(server, options =>
    {
        options.PingInterval = Beat;
        options.PingTimeout = Beat;
    });
}
