using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>Reverse proxies that cut what has been idle for 3 s.</summary>
[TestFixture("nginx")]
[TestFixture("haproxy")]
[Parallelizable(ParallelScope.All)]
public sealed class ProxyTests(string proxy)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private Peer? _upstream;
    private Peer? _proxy;

    [OneTimeSetUp]
    public void StartServers()
    {
        _upstream = KestrelPeer.Start();
        _proxy = StartProxy(_upstream.Port);
    }

    [OneTimeTearDown]
    public void EndServers()
    {
        _proxy?.Dispose();
        _upstream?.Dispose();
    }

    [Test]
    public void Messages_pass()
    {
        using WebSocketClient client = Connect(TimeSpan.FromSeconds(20));
        foreach (int size in new[] { 0, 125, 126, 65_536, 1_000_000 })
        {
            byte[] payload = Traffic.Bytes(size, seed: 1);

            client.Send(payload);

            client.Receive(Soon).Data.AsSpan().SequenceEqual(payload).Should().BeTrue();
        }

        client.Close(WebSocketCloseStatus.EndpointUnavailable, "going");
        client.CloseStatus.Should().Be(WebSocketCloseStatus.EndpointUnavailable);
    }

    [Test]
    public void Idle_connection_stays_open_with_a_heartbeat()
    {
        using WebSocketClient client = Connect(TimeSpan.FromSeconds(1));

        Wait.Until(() => client.GetStatistics().PongsReceived >= 8, "eight pings were answered", Soon);

        // More than twice the time that the proxy allows.
        client.GetStatistics().Age.Should().BeGreaterThan(TimeSpan.FromSeconds(7));
        client.State.Should().Be(WebSocketState.Open);
        client.Send("still here?");
        client.Receive(Soon).Text.Should().Be("still here?");
    }

    [Test]
    public void Idle_connection_without_a_heartbeat_is_cut_and_that_is_reported_as_abnormal()
    {
        using WebSocketClient client = Connect(Timeout.InfiniteTimeSpan);

        TimeSpan elapsed = Elapsed.Of(() => client.WaitForClose(Soon).Should().BeTrue());

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(2)).And.BeBelow(TimeSpan.FromSeconds(8));
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().BeNull();
        Action receive = () => client.Receive(Soon);
        WebSocketClosedException e = receive.Should().Throw<WebSocketClosedException>().WithMessage("*without a Close frame*").Which;
        e.Cause.Should().Be(WebSocketCloseCause.NetworkError);
        e.ReceivedClose.Should().BeNull();
    }

    [Test]
    public void Upstream_that_is_gone_is_reported_as_the_proxys_answer()
    {
        using Peer lonely = StartProxy(FreePort.Next());

        Action connect = () => WebSocketClient.Connect(lonely.Uri).Dispose();

        WebSocketConnectException e = connect.Should().Throw<WebSocketConnectException>().Which;
        e.Stage.Should().Be(WebSocketConnectStage.Handshake);
        ((int)e.Response!.StatusCode).Should().Be(proxy == "nginx" ? 502 : 503);
        e.Body.Should().NotBeEmpty();
    }

    private Peer StartProxy(int upstreamPort) => proxy == "nginx" ? NginxPeer.Start(upstreamPort) : HaproxyPeer.Start(upstreamPort);

    private WebSocketClient Connect(TimeSpan pingInterval) =>
        WebSocketClient.Connect(_proxy!.Uri, new WebSocketClientOptions { PingInterval = pingInterval });
}
