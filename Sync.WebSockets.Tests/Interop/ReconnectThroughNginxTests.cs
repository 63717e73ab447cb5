using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>A server that restarts behind a proxy: the proxy answers 502 meanwhile.</summary>
public sealed class ReconnectThroughNginxTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Test]
    public void Server_that_restarts_behind_nginx_is_found_again()
    {
        ScriptedServer server = TestServer.Echo();
        int port = server.Port;
        using Peer nginx = NginxPeer.Start(port);
        bool hasSeenBadGateway = false;
        ReconnectingWebSocketClientOptions options = new()
        {
            InitialDelay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromMilliseconds(100),
            Connecting = attempt => hasSeenBadGateway |= attempt.LastFailure is WebSocketConnectException { Response.StatusCode: 502 },
        };
        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(nginx.Uri, options);
        for (int i = 1; i <= 3; i++)
        {
            client.Send("before " + i);
            client.Receive(Soon).Text.Should().Be("before " + i);

            hasSeenBadGateway = false;
            server.Dispose();
            Wait.Until(() => hasSeenBadGateway, "nginx has said that there is no server", Soon);
            server = new ScriptedServer(
                connection =>
                {
                    connection.Upgrade();
                    connection.EchoUntilClosed();
                },
                new ScriptedServerOptions { Port = port });
            Wait.Until(() => client.GetStatus().Connections > i, "the client has connected again", Soon);
        }
        client.Send("after");
        client.Receive(Soon).Text.Should().Be("after");
        server.Dispose();
    }
}
