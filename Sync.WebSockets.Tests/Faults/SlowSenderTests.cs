using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>A server that is in the middle of one long message cannot answer pings; its bytes show that it lives.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R10")]
public sealed class SlowSenderTests
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);

    [Test]
    public void Message_that_comes_slower_than_PingTimeout_allows_is_no_death() => Run.Together(
    [
        () => Arrives(tls: false, size: 30 << 20, bytesPerSecond: 5 << 20),
        () => Arrives(tls: true, size: 30 << 20, bytesPerSecond: 5 << 20),

        // A record of 16 KiB takes four seconds here, in which nothing shows above TLS.
        () => Arrives(tls: true, size: 24 * 1024, bytesPerSecond: 4 * 1024),
    ]);

    private static void Arrives(bool tls, int size, int bytesPerSecond)
    {
        using var go = new ManualResetEventSlim();
        byte[] message = Traffic.Bytes(size, seed: 1);
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(go);
            connection.SendBinary(message);
            connection.EchoUntilClosed();
        });
        using var proxy = new FaultProxy(server, bufferSize: 64 * 1024);
        using WebSocketClient client = TestClient.Connect(proxy.Uri, options =>
        {
            options.PingInterval = PingInterval;
            options.PingTimeout = PingTimeout;
            options.MaxMessageSize = size;
        });
        proxy.ToClient.Drip(bytesPerSecond);
        byte[] received = [];

        go.Set();
        TimeSpan elapsed = Elapsed.Of(() => received = client.Receive(TimeSpan.FromSeconds(20)).Data);

        elapsed.Should().BeGreaterThan(PingInterval + PingTimeout, "a shorter message would prove nothing");
        received.AsSpan().SequenceEqual(message).Should().BeTrue();
        proxy.ToClient.Drip(null);
        client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();
        client.State.Should().Be(WebSocketState.Open);
    }
}
