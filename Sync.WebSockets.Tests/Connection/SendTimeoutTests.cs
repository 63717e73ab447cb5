using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
public sealed class SendTimeoutTests
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Large = Traffic.Bytes(32 << 20, seed: 1);

    [Test]
    public void Send_that_gets_no_turn_in_time_throws_TimeoutException_and_the_link_lives()
    {
        using var read = new ManualResetEventSlim();
        byte[]? first = null;
        string? second = null;
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("ready");
            connection.WaitForTest(read);
            first = connection.ReadMessage()!.Payload;
            second = connection.ReadMessage()!.Text;
            connection.ReadUntilClose();
        });
        // The bound is looked at when a Send begins; so the sender that holds the turn has none, and the next one has.
        WebSocketClientOptions options = TestClient.Options().Freeze();
        ClientConnection connection = Opening.Open(Destination.Of(server.Uri, options), options, ClientEnvironment.Default, CancellationToken.None);
        BackgroundRun holder = Run.InBackground(() => connection.Send(Large, Opcode.Binary));
        Wait.Until(() => !connection.Opened.Link.CanWriteNow(), "the socket is full");
        options.SendTimeout = TimeSpan.FromMilliseconds(300);

        TimeSpan elapsed = Elapsed.Of(() =>
            connection.Invoking(c => c.Send(new byte[1], Opcode.Binary)).Should().Throw<TimeoutException>());

        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(290)).And.BeBelow(TimeSpan.FromMilliseconds(300) + Slack);
        options.SendTimeout = Timeout.InfiniteTimeSpan;
        read.Set();
        holder.Join();
        connection.Send("hello"u8, Opcode.Text);
        connection.State.Should().Be(WebSocketState.Open);
        connection.Dispose();
        server.Join();
        first.AsSpan().SequenceEqual(Large).Should().BeTrue();
        second.Should().Be("hello");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Send_to_a_peer_that_never_reads_ends_the_connection_in_time(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.SendTimeout = SendTimeout);

        ShouldTimeOut(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Send_to_a_peer_that_drains_a_byte_now_and_then_ends_the_connection_in_time(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, receiveBufferSize: 8 * 1024, script: connection =>
        {
            connection.Upgrade();
            while (connection.Stream.ReadByte() >= 0)
                connection.Pause(TimeSpan.FromMilliseconds(200));
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.SendTimeout = SendTimeout);

        ShouldTimeOut(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Send_in_fragments_to_a_peer_that_reads_slowly_ends_the_connection_in_time(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            byte[] some = new byte[20_000];
            while (connection.Stream.Read(some, 0, some.Length) > 0)
                connection.Pause(TimeSpan.FromMilliseconds(10));
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.SendTimeout = SendTimeout;
            options.MaxSendFrameSize = 4096;
        });

        ShouldTimeOut(client);
    }

    [Test]
    public void Sends_that_are_done_in_time_leave_no_bound_behind()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server, o => o.SendTimeout = TimeSpan.FromMilliseconds(200));
        client.Send("one");

        client.WaitForClose(TimeSpan.FromMilliseconds(500)).Should().BeFalse();

        client.Send("two");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("one");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("two");
    }

    private static void ShouldTimeOut(WebSocketClient client)
    {
        WebSocketClosedException? end = null;
        TimeSpan elapsed = Elapsed.Of(() => end = TestClient.EndOf(() => client.Send(Large)));

        elapsed.Should().BeGreaterThan(SendTimeout - Slack).And.BeBelow(SendTimeout + Slack);
        end!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
        TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.SendTimeout);
        client.State.Should().Be(WebSocketState.Closed);
        client.WaitForClose(TimeSpan.FromSeconds(2)).Should().BeTrue();
    }
}
