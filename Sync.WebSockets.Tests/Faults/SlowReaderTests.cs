using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R3")]
public sealed class SlowReaderTests
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Large = new byte[32 << 20];

    [Test]
    public void Send_ends_within_SendTimeout_while_a_byte_per_second_drains() =>
        Run.Together(
            from tls in new[] { false, true }
            from maxFrame in new[] { 4 * 1024, 64 << 20 }
            select (Action)(() => TimesOut(tls, maxFrame)));

    private static void TimesOut(bool tls, int maxFrame)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        using var proxy = new FaultProxy(server.Uri, bufferSize: 8 * 1024);
        using WebSocketClient client = TestClient.Connect(proxy.Uri, options =>
        {
            options.SendTimeout = SendTimeout;
            options.MaxSendFrameSize = maxFrame;
        });
        long before = proxy.ToServer.Forwarded;
        proxy.ToServer.Drip(1);
        WebSocketClosedException? end = null;

        TimeSpan elapsed = Elapsed.Of(() => end = TestClient.EndOf(() => client.Send(Large)));

        elapsed.Should().BeGreaterThan(SendTimeout - Slack).And.BeBelow(SendTimeout + Slack);
        end!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
        (proxy.ToServer.Forwarded - before).Should().BeInRange(1, 5, "it did drain");
    }
}
