using System;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

[TestFixtureSource(typeof(RealServer), nameof(RealServer.All))]
[NonParallelizable]
public sealed class CloseTests(RealServer server) : RealServerTests(server)
{
    // A Close that is answered takes milliseconds; running into a bound takes CloseTimeout, 10 s.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    // 1000: also when nothing was said; the servers echo status and reason.
    [TestCase(1000, null)]
    [TestCase(1001, "tschüß")]
    [TestCase(1011, "")]
    [TestCase(3000, "a library's")]
    [TestCase(4999, "a program's")]
    public void Close_of_ours_is_answered_in_kind(int status, string? reason)
    {
        using WebSocketClient client = Connect();
        client.Send("before");
        client.Receive(Soon).Text.Should().Be("before");

        Elapsed.Of(() => client.Close((WebSocketCloseStatus)status, reason)).Should().BeBelow(AtOnce);

        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be((WebSocketCloseStatus)status);
        client.CloseStatusDescription.Should().Be(reason ?? "");
        WaitUntilServerSawClose(status);
        WebSocketClosedException e = TheEnd(client);
        e.Cause.Should().Be(WebSocketCloseCause.LocalClose);
        e.SentClose.Should().Be(new WebSocketCloseFrame((WebSocketCloseStatus)status, reason));
        e.ReceivedCloseFirst.Should().BeFalse();
    }

    [Test]
    public void Echoes_that_are_under_way_do_not_hinder_the_Close()
    {
        using WebSocketClient client = Connect();
        for (int i = 0; i < 50; i++)
            client.Send(Traffic.Bytes(10_000, seed: 1));

        Elapsed.Of(() => client.Close()).Should().BeBelow(AtOnce);

        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(1011)]
    [TestCase(3000)]
    [TestCase(4999)]
    public void Close_of_theirs_is_answered_in_kind(int status)
    {
        using WebSocketClient client = Connect(FormattableString.Invariant($"/close/{status}"));

        WebSocketClosedException e = TheEnd(client);

        e.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
        e.CloseStatus.Should().Be((WebSocketCloseStatus)status);
        e.CloseStatusDescription.Should().Be("tschüß");
        e.ReceivedCloseFirst.Should().BeTrue();
        client.WaitForClose(AtOnce).Should().BeTrue();
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be((WebSocketCloseStatus)status);
        client.CloseStatusDescription.Should().Be("tschüß");
        WaitUntilServerSawClose(status);
    }

    [Test]
    public void Dispose_closes_normally()
    {
        WebSocketClient client = Connect();

        Elapsed.Of(client.Dispose).Should().BeBelow(AtOnce);

        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    private static WebSocketClosedException TheEnd(WebSocketClient client)
    {
        Action receive = () => client.Receive(Soon);
        return receive.Should().Throw<WebSocketClosedException>().Which;
    }
}
