using System;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>What the Kestrel server can be asked for beyond an echo.</summary>
[TestFixture(false)]
[TestFixture(true)]
[NonParallelizable]
public sealed class KestrelTests(bool tls)
{
    private Peer? _peer;

    [OneTimeSetUp]
    public void StartServer() => _peer = KestrelPeer.Start(tls);

    [OneTimeTearDown]
    public void EndServer() => _peer?.Dispose();

    [TestCase(200)]
    [TestCase(302)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(429)]
    [TestCase(503)]
    public void Refusal_is_reported_with_status_headers_and_body(int status)
    {
        Action connect = () => Connect(FormattableString.Invariant($"/refuse/{status}")).Dispose();

        WebSocketConnectException e = connect.Should().Throw<WebSocketConnectException>().Which;

        e.Stage.Should().Be(WebSocketConnectStage.Handshake);
        e.Message.Should().Contain(FormattableString.Invariant($"{status}"));
        ((int)e.Response!.StatusCode).Should().Be(status);
        e.Response.Headers["X-Refused-By"].Should().Be("Kestrel");
        Encoding.UTF8.GetString(e.Body).Should().Be(FormattableString.Invariant($"refused with {status}"));
    }

    [Test]
    public void Path_that_is_not_there_is_reported_as_404()
    {
        Action connect = () => Connect("/nowhere").Dispose();

        ((int)connect.Should().Throw<WebSocketConnectException>().Which.Response!.StatusCode).Should().Be(404);
    }

    [Test]
    public void First_subprotocol_offered_is_picked()
    {
        using WebSocketClient client = Connect("/subprotocol", new WebSocketClientOptions { SubProtocols = { "b.example", "a.example" } });

        client.SubProtocol.Should().Be("b.example");
        client.Response.Headers["Sec-WebSocket-Protocol"].Should().Be("b.example");
    }

    [Test]
    public void Server_that_picks_no_subprotocol_is_accepted_unless_one_is_required()
    {
        using WebSocketClient client = Connect("/", new WebSocketClientOptions { SubProtocols = { "a.example" } });
        Action connect = () => Connect("/", new WebSocketClientOptions { SubProtocols = { "a.example" }, RequireSubProtocol = true }).Dispose();

        client.SubProtocol.Should().BeNull();
        connect.Should().Throw<WebSocketConnectException>().WithMessage("*RequireSubProtocol*").Which.Stage.Should().Be(WebSocketConnectStage.Handshake);
    }

    // 7.4.1: 1005 stands for "no status" in programs and must not be on the wire; .NET puts it there when told to close with Empty.
    [Test]
    public void Close_of_theirs_with_1005_is_a_protocol_error()
    {
        using WebSocketClient client = Connect("/close/1005");
        Action receive = () => client.Receive(TimeSpan.FromSeconds(30));

        receive.Should().Throw<WebSocketClosedException>().WithMessage("*1005*").Which.Cause.Should().Be(WebSocketCloseCause.ProtocolError);

        client.WaitForClose(TimeSpan.FromSeconds(5)).Should().BeTrue();
    }

    [Test]
    public void Silent_server_is_found_dead_by_the_heartbeat()
    {
        using WebSocketClient client = Connect("/silent", new WebSocketClientOptions
        {
            PingInterval = TimeSpan.FromMilliseconds(200),
            PingTimeout = TimeSpan.FromSeconds(1),
        });
        Action receive = () => client.Receive(TimeSpan.FromSeconds(30));
        WebSocketClosedException? e = null;

        TimeSpan elapsed = Elapsed.Of(() => e = receive.Should().Throw<WebSocketClosedException>().Which);

        e!.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        e.InnerException.Should().BeOfType<TimeoutException>();

        // PingTimeout after the first ping; interval + timeout + 250 ms at the latest, and what a busy machine takes.
        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.95)).And.BeBelow(TimeSpan.FromSeconds(3));
    }

    [Test]
    public void Silent_server_cannot_delay_Close_beyond_its_bound()
    {
        using WebSocketClient client = Connect("/silent", new WebSocketClientOptions { CloseTimeout = TimeSpan.FromSeconds(1) });

        TimeSpan elapsed = Elapsed.Of(() => client.Close());

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.95)).And.BeBelow(TimeSpan.FromSeconds(3));
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().BeNull();
    }

    [Test]
    public void Silent_server_is_left_alone_without_a_heartbeat()
    {
        using WebSocketClient client = Connect("/silent", new WebSocketClientOptions
        {
            PingInterval = Timeout.InfiniteTimeSpan,
            CloseTimeout = TimeSpan.FromMilliseconds(100),
        });

        client.TryReceive(TimeSpan.FromSeconds(1), out _).Should().BeFalse();

        client.State.Should().Be(WebSocketState.Open);
        client.GetStatistics().PingsSent.Should().Be(0);
    }

    private WebSocketClient Connect(string path, WebSocketClientOptions? options = null)
    {
        options ??= new WebSocketClientOptions();
        options.RemoteCertificateValidationCallback = Trust.InOurs;
        return WebSocketClient.Connect(new Uri(_peer!.Uri, path), options);
    }
}
