using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class CloseTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false)]
    [TestCase(true)]
    public void Close_sends_status_and_reason_and_ends_with_the_server_s_answer(bool tls)
    {
        ServerFrame? close = null;
        bool endedBehindIt = false;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            close = connection.ReadUntilClose();
            endedBehindIt = connection.ReadFrame() is null;
        });
        using WebSocketClient client = TestClient.Connect(server);

        client.Close((WebSocketCloseStatus)3001, "schön war's");

        server.Join();
        close!.CloseCode.Should().Be(3001);
        close.CloseReason.Should().Be("schön war's");
        endedBehindIt.Should().BeTrue("nothing follows a Close frame, and a FIN follows both");
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be((WebSocketCloseStatus)3001);
        WebSocketClosedException end = TestClient.EndOf(() => client.Receive());
        end.Cause.Should().Be(WebSocketCloseCause.LocalClose);
        end.SentClose!.Value.Status.Should().Be((WebSocketCloseStatus)3001);
        end.ReceivedCloseFirst.Should().BeFalse();
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(WebSocketCloseCause.LocalClose);
        TestClient.EndOf(() => client.Ping()).Cause.Should().Be(WebSocketCloseCause.LocalClose);
        TestClient.EndOf(client.Pong).Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void What_was_sent_before_Close_arrives_whole_although_the_server_reads_late(bool tls)
    {
        using var read = new ManualResetEventSlim();
        byte[] message = Traffic.Bytes(1 << 20, seed: 1);
        byte[]? arrived = null;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(read);
            arrived = connection.ReadMessage()!.Payload;
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.CloseTimeout = Soon);
        BackgroundRun closing = Run.InBackground(() =>
        {
            client.Send(message);
            client.Close();
        });

        read.Set();

        closing.Join();
        server.Join();
        arrived.Should().Equal(message);
    }

    [Test]
    public void Receive_that_is_blocked_at_Close_is_freed_with_the_right_cause()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        BackgroundRun receiver = Run.InBackground(() =>
            TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.LocalClose));

        client.Close();

        receiver.Join();
    }

    [Test]
    public void Messages_queued_before_Close_stay_readable()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("one");
            connection.SendText("two");
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        Wait.Until(() => client.GetStatistics().MessagesReceived == 2, "both messages have come");
        // Counted before they are handed over, so look once: a ping would be answered after that.
        client.Receive(Soon).Text.Should().Be("one");

        client.Close();

        client.Receive(Soon).Text.Should().Be("two");
        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [Test]
    public void Close_returns_normally_twice_and_after_the_end()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.Reset();
        });
        using WebSocketClient client = TestClient.Connect(server);
        client.WaitForClose(Soon).Should().BeTrue();

        client.Close();
        client.Close(WebSocketCloseStatus.EndpointUnavailable, "again");

        TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.NetworkError);
        client.Dispose();
        client.Close();
    }

    [Test]
    public void Close_from_two_threads_sends_one_frame_and_returns_in_both()
    {
        ServerFrame? behind = null;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.ReadUntilClose();
            behind = connection.ReadFrame();
        });
        using WebSocketClient client = TestClient.Connect(server);
        BackgroundRun other = Run.InBackground(() => client.Close());

        client.Close();

        other.Join();
        client.State.Should().Be(WebSocketState.Closed);
        server.Join();
        behind.Should().BeNull();
    }

    [TestCase(1000, "bye")]
    [TestCase(3999, "")]
    public void Close_of_the_server_is_echoed_and_followed_by_a_FIN_within_a_second(int code, string reason)
    {
        ServerFrame? answer = null;
        TimeSpan fin = TimeSpan.MaxValue;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendClose(code, reason);
            answer = connection.ReadFrame();
            fin = Elapsed.Of(() => connection.ReadFrame().Should().BeNull());
        });
        using WebSocketClient client = TestClient.Connect(server);

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
        end.CloseStatus.Should().Be((WebSocketCloseStatus)code);
        end.CloseStatusDescription.Should().Be(reason);
        end.ReceivedCloseFirst.Should().BeTrue();
        server.Join();
        answer!.CloseCode.Should().Be(code);
        fin.Should().BeBelow(TimeSpan.FromSeconds(1));
        client.WaitForClose(Soon).Should().BeTrue();
        client.CloseStatus.Should().Be((WebSocketCloseStatus)code);
        client.CloseStatusDescription.Should().Be(reason);
    }

    /// <summary>Its FIN is there before our answer to its Close: that one goes out all the same, and the end is no loss.</summary>
    [Test]
    public void Server_that_ends_its_side_right_behind_its_Close_is_answered()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendClose(1001, "bye");
            connection.ShutdownSend();
            connection.ReadFrame()!.CloseCode.Should().Be(1001);
            connection.ReadFrame().Should().BeNull("a FIN follows");
        });
        using WebSocketClient client = TestClient.Connect(server);

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
        end.ReceivedClose!.Value.Description.Should().Be("bye");
        client.WaitForClose(Soon).Should().BeTrue();
        server.Join();
    }

    /// <summary>Its FIN comes in the place of an answer: there is nothing to wait for any more.</summary>
    [Test]
    public void Server_that_ends_its_side_instead_of_answering_a_Close_keeps_nobody()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame()!.CloseCode.Should().Be(1000);
            connection.ShutdownSend();
            connection.ReadFrame().Should().BeNull("a FIN follows");
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.CloseTimeout = TimeSpan.FromSeconds(30));

        Elapsed.Of(client.Close).Should().BeLessThan(TimeSpan.FromSeconds(5));

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));
        end.Cause.Should().Be(WebSocketCloseCause.LocalClose);
        end.SentClose!.Value.Status.Should().Be(WebSocketCloseStatus.NormalClosure);
        end.ReceivedClose.Should().BeNull();
        client.State.Should().Be(WebSocketState.Closed);
        server.Join();
    }

    [Test]
    public void Close_without_a_status_is_answered_without_one()
    {
        ServerFrame? answer = null;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendFrame(Op.Close, []);
            answer = connection.ReadFrame();
        });
        using WebSocketClient client = TestClient.Connect(server);

        TestClient.EndOf(() => client.Receive(Soon)).CloseStatus.Should().BeNull();

        server.Join();
        answer!.Payload.Should().BeEmpty();
    }

    [Test]
    public void Abort_frees_Receive_at_once_and_the_state_says_so()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        using WebSocketClient client = TestClient.Connect(server);
        BackgroundRun receiver = Run.InBackground(() =>
        {
            TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.Aborted);
            client.State.Should().Be(WebSocketState.Aborted);
        });

        client.Abort();

        receiver.Join();
        server.Join();
        client.Abort();
        client.Close();
        client.State.Should().Be(WebSocketState.Aborted);
    }
}
