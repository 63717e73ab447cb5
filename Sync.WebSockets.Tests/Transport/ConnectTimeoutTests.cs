using System;
using System.Diagnostics;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
public sealed class ConnectTimeoutTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

#if NET
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);
#else
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(250);
#endif

    [TestCase(Stall.Resolver, WebSocketConnectStage.Dns)]
    [TestCase(Stall.Syn, WebSocketConnectStage.Tcp)]
    [TestCase(Stall.TlsHandshake, WebSocketConnectStage.Tls)]
    [TestCase(Stall.Answer, WebSocketConnectStage.Handshake)]
    [TestCase(Stall.Drip, WebSocketConnectStage.Handshake)]
    [TestCase(Stall.Redirect, WebSocketConnectStage.Handshake)]
    [TestCase(Stall.ProxyResolver, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.ProxySyn, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.ProxyTls, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.ProxyAnswer, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.ProxyDrip, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.SocksGreeting, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.SocksReply, WebSocketConnectStage.Proxy)]
    [TestCase(Stall.TunnelTls, WebSocketConnectStage.Tls)]
    [Category("H9")]
    public void Connect_ends_within_ConnectTimeout_in_total(Stall stall, WebSocketConnectStage stage)
    {
        using var server = new StalledServer(stall);

        WebSocketConnectException? failure = null;
        TimeSpan elapsed = Elapsed.Of(() => failure = TestClient.FailureOf(() => Connect(server, Timeout, CancellationToken.None)));

        elapsed.Should().BeGreaterThan(Timeout - Slack).And.BeBelow(Timeout + Slack);
        failure!.Stage.Should().Be(stage);
        failure.InnerException.Should().BeOfType<TimeoutException>();
        failure.Response.Should().BeNull();
    }

    [Test]
    [Category("R13")]
    public void Cancelled_token_frees_Connect_at_once([Values] Stall stall)
    {
        using var server = new StalledServer(stall);
        using var cancellation = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        var freed = new Stopwatch();
        BackgroundRun connecting = Run.InBackground(() =>
        {
            started.Set();
            Action connect = () => Connect(server, TimeSpan.FromSeconds(20), cancellation.Token);
            connect.Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(cancellation.Token);
            freed.Stop();
        });
        started.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        var watch = Stopwatch.StartNew();
        Wait.Until(() => watch.Elapsed > TimeSpan.FromMilliseconds(300), "Connect is stuck");
        connecting.IsRunning.Should().BeTrue();

        freed.Start();
        cancellation.Cancel();

        connecting.Join();
        freed.Elapsed.Should().BeBelow(AtOnce);
    }

    [Test]
    public void Token_that_was_cancelled_before_lets_nothing_begin()
    {
        using var server = new ScriptedServer(connection => connection.Upgrade());
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Action connect = () => WebSocketClient.Connect(server.Uri, options: null, cancellation.Token);

        connect.Should().Throw<OperationCanceledException>();
        server.Connections.Should().Be(0);
    }

    [Test]
    public void Token_cancelled_after_Connect_does_not_touch_the_client()
    {
        using ScriptedServer server = TestServer.Echo();
        using var cancellation = new CancellationTokenSource();
        using WebSocketClient client = WebSocketClient.Connect(server.Uri, options: null, cancellation.Token);

        cancellation.Cancel();

        client.Send("alive");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("alive");
    }

    private static void Connect(StalledServer server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        WebSocketClientOptions options = TestClient.Options(server.Configure);
        options.ConnectTimeout = timeout;
        WebSocketClient.Connect(server.Uri, options, server.Environment, cancellationToken).Dispose();
    }
}
