using System;
using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

[TestFixtureSource(typeof(RealServer), nameof(RealServer.All))]
[NonParallelizable]
public sealed class ServerEndTests(RealServer server)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Test]
    public void Killed_server_is_reported_at_once_and_a_new_connection_as_refused()
    {
        Peer peer = server.Start();
        using WebSocketClient client = Connect(peer.Uri);
        client.Ping(Soon).Should().BePositive();

        peer.Dispose();

        Action receive = () => client.Receive(Soon);
        receive.Should().Throw<WebSocketClosedException>().Which.Cause.Should().Be(WebSocketCloseCause.NetworkError);
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().BeNull();

        Action again = () => Connect(peer.Uri).Dispose();
        WebSocketConnectException? refused = null;
        Elapsed.Of(() => refused = again.Should().Throw<WebSocketConnectException>().Which).Should().BeBelow(TimeSpan.FromSeconds(5));
        refused!.Stage.Should().Be(WebSocketConnectStage.Tcp);
        refused.Message.Should().Contain(peer.Uri.Host).And.Contain(peer.Port.ToString(CultureInfo.InvariantCulture));
        refused.InnerException.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    private static WebSocketClient Connect(Uri uri) =>
        WebSocketClient.Connect(uri, new WebSocketClientOptions { RemoteCertificateValidationCallback = Trust.InOurs });
}
