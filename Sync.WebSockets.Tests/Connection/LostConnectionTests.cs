using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class LostConnectionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    [TestCase(true, true)]
    [Category("T2")]
    public void End_without_a_Close_frame_is_a_network_error_that_the_reader_finds(bool tls, bool reset)
    {
        using var received = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendText("one");
            connection.SendText("two");
            connection.WaitForTest(received);
            if (reset)
                connection.Reset();
        });
        using WebSocketClient client = TestClient.Connect(server);
        Wait.Until(() => client.GetStatistics().MessagesReceived == 2, "both messages have come");

        received.Set();

        Wait.Until(() => client.State == WebSocketState.Closed, "the reader has found out, without a Send");
        client.Receive(Soon).Text.Should().Be("one");
        client.Receive(Soon).Text.Should().Be("two");
        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));
        end.Cause.Should().Be(WebSocketCloseCause.NetworkError);
        end.ReceivedClose.Should().BeNull();
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(WebSocketCloseCause.NetworkError);
        client.CloseStatus.Should().BeNull();
        client.WaitForClose(Soon).Should().BeTrue();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void End_of_the_stream_inside_a_frame_is_a_network_error_and_its_part_is_not_delivered(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendRaw("8105 6869");
        });
        using WebSocketClient client = TestClient.Connect(server);

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.NetworkError);
    }

    [TestCase("0102 6869")]
    [TestCase("0102 6869 8A00 8802 03E8")]
    public void Beginning_of_a_message_is_nothing_to_receive_once_the_connection_has_ended(string frames)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendRaw(frames);
        });
        using WebSocketClient client = TestClient.Connect(server);

        client.WaitForClose(Soon).Should().BeTrue();

        client.HasUnread.Should().BeFalse();
        TestClient.EndOf(() => client.Receive(Soon));
    }
}
