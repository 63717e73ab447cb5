using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class CloseBoundTests
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false)]
    [TestCase(true)]
    public void Close_obeys_CloseTimeout_when_the_server_never_answers(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.CloseTimeout = CloseTimeout);

        ShouldTakeTheWholeTime(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Close_waits_a_second_at_most_for_a_server_that_answers_but_never_closes_TCP(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.ReadUntilClose();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.CloseTimeout = TimeSpan.FromSeconds(20));

        Elapsed.Of(client.Close).Should().BeBelow(TimeSpan.FromSeconds(1) + Slack);

        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Close_obeys_CloseTimeout_when_the_server_floods_and_never_answers(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            byte[] message = new byte[10_000];
            connection.Invoking(c =>
            {
                while (true)
                    c.SendBinary(message);
            }).Should().Throw<Exception>("the client goes");
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.CloseTimeout = CloseTimeout);
        client.Receive(Soon);

        ShouldTakeTheWholeTime(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Close_completes_at_once_although_the_inbox_is_full(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < 1000; i++)
                connection.SendBinary(new byte[1000]);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.ReceiveQueueBytes = 1000;
            options.CloseTimeout = TimeSpan.FromSeconds(20);
        });
        client.Receive(Soon);

        Elapsed.Of(client.Close).Should().BeBelow(TimeSpan.FromSeconds(5));

        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        server.Join();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Close_obeys_CloseTimeout_when_a_sender_is_stuck_and_frees_it(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
            connection.SendText("sending");
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.CloseTimeout = CloseTimeout);
        BackgroundRun sender = Run.InBackground(() =>
            TestClient.EndOf(() => client.Send(new byte[64 << 20])).Cause.Should().Be(WebSocketCloseCause.LocalClose));
        client.Receive(Soon).Text.Should().Be("sending");

        ShouldTakeTheWholeTime(client);

        sender.Join();
    }

    [Test]
    public void Close_from_two_threads_obeys_CloseTimeout_in_both()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.CloseTimeout = CloseTimeout);
        BackgroundRun other = Run.InBackground(() => Elapsed.Of(client.Close).Should().BeBelow(CloseTimeout + Slack));

        Elapsed.Of(client.Close).Should().BeBelow(CloseTimeout + Slack);

        other.Join();
    }

    [Test]
    public void Infinite_CloseTimeout_waits_until_the_server_answers()
    {
        using var answer = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(answer);
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.CloseTimeout = Timeout.InfiniteTimeSpan);
        BackgroundRun closing = Run.InBackground(client.Close);

        client.WaitForClose(TimeSpan.FromSeconds(1.5)).Should().BeFalse();
        closing.IsRunning.Should().BeTrue();
        answer.Set();

        closing.Join();
    }

    private static void ShouldTakeTheWholeTime(WebSocketClient client)
    {
        Elapsed.Of(client.Close).Should().BeGreaterThan(CloseTimeout - Slack).And.BeBelow(CloseTimeout + Slack);

        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().BeNull();
        client.WaitForClose(TimeSpan.FromSeconds(2)).Should().BeTrue();
    }
}
