using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Many messages in few writes.</summary>
[TestFixture]
public sealed class BatchTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // Empty and short ones, at the borders of what is put together and of a frame, and such as fill the batch.
    private static readonly int[] Sizes = [0, 1, 125, 126, 0, 16_384, 16_385, 65_535, 65_536, 300_000, 7, .. Enumerable.Range(0, 300).Select(i => i * 11)];

    [Test]
    public void Messages_of_all_sizes_arrive_whole_and_in_order([Values] bool compressed, [Values] WebSocketMessageType messageType)
    {
        if (messageType == WebSocketMessageType.Close)
            return;
        byte[][] messages = [.. Sizes.Select(Message)];
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade(compressed ? ["Sec-WebSocket-Extensions: permessage-deflate"] : []);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.Compression = compressed ? new WebSocketCompressionOptions() : null);
        // An echo of what was sent is what is received, so the server's half has to be read meanwhile.
        BackgroundRun sends = Run.InBackground(() =>
        {
            client.SendBatch(messages, messageType);
            client.SendBatch([.. messages.Select(Encoding.ASCII.GetString)]);
        });

        foreach (byte[] message in messages)
            ShouldBe(client.Receive(Soon), message, messageType);
        foreach (byte[] message in messages)
            ShouldBe(client.Receive(Soon), message, WebSocketMessageType.Text);

        sends.Join();
        client.GetStatistics().MessagesSent.Should().Be(2 * messages.Length);
        client.GetStatistics().PayloadBytesSent.Should().Be(2 * messages.Sum(message => message.Length));
    }

    [Test]
    public void Batches_of_many_threads_do_not_mix()
    {
        const int threads = 8;
        const int each = 2000;
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(5));
        BackgroundRun[] senders = [.. Enumerable.Range(0, threads).Select(thread => Run.InBackground(() =>
            client.SendBatch([.. Enumerable.Range(0, each).Select(i => FormattableString.Invariant($"{thread} {i}"))])))];

        var order = new List<string>();
        for (int i = 0; i < threads * each; i++)
            order.Add(client.Receive(Soon).Text);

        Array.ForEach(senders, sender => sender.Join());
        for (int batch = 0; batch < threads; batch++)
        {
            string thread = order[batch * each].Split(' ')[0];
            order.Skip(batch * each).Take(each).Should().Equal(Enumerable.Range(0, each).Select(i => FormattableString.Invariant($"{thread} {i}")));
        }
    }

    [Test]
    public void Bad_messages_are_found_before_anything_is_sent()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);

        client.Invoking(c => c.SendBatch(null!)).Should().Throw<ArgumentNullException>();
        client.Invoking(c => c.SendBatch(["good", null!])).Should().Throw<ArgumentException>().WithMessage("*messages[1] is null*");
        client.Invoking(c => c.SendBatch(["good", "\ud800"])).Should().Throw<ArgumentException>();
        client.Invoking(c => c.SendBatch(null!, WebSocketMessageType.Binary)).Should().Throw<ArgumentNullException>();
        client.Invoking(c => c.SendBatch([[1], null!], WebSocketMessageType.Binary)).Should().Throw<ArgumentException>().WithMessage("*messages[1] is null*");
        client.Invoking(c => c.SendBatch([[1], [0xFF]], WebSocketMessageType.Text)).Should().Throw<ArgumentException>();
        client.Invoking(c => c.SendBatch([[1]], WebSocketMessageType.Close)).Should().Throw<ArgumentException>();
        client.SendBatch([]);
        client.SendBatch([], WebSocketMessageType.Binary);

        client.Send("only this");
        client.Receive(Soon).Text.Should().Be("only this");
    }

    [Test]
    public void SendTimeout_bounds_the_batch_as_a_whole([Values] bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.SendTimeout = TimeSpan.FromSeconds(1));
        byte[][] messages = [.. Enumerable.Repeat(new byte[1000], 50_000)];

        TimeSpan elapsed = Elapsed.Of(() => TestClient.EndOf(() => client.SendBatch(messages, WebSocketMessageType.Binary))
            .Cause.Should().Be(WebSocketCloseCause.SendTimeout));

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.9)).And.BeBelow(TimeSpan.FromSeconds(1.25));
    }

    [Test]
    public void Batch_that_waits_for_its_turn_too_long_sends_nothing_and_the_connection_lives()
    {
        using var go = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server, options => options.SendTimeout = TimeSpan.FromMilliseconds(300));
        using var writing = new ManualResetEventSlim();
        BackgroundRun other = Run.InBackground(() => client.Invoking(c => c.Send(
            stream =>
            {
                writing.Set();
                go.Wait(Soon);
            },
            WebSocketMessageType.Text)).Should().Throw<TimeoutException>());
        writing.Wait(Soon).Should().BeTrue();

        client.Invoking(c => c.SendBatch(["late"])).Should().Throw<TimeoutException>();

        go.Set();
        other.Join();
        client.SendBatch(["in time"]);
        client.Receive(Soon).Text.Should().Be("in time");
    }

    private static void ShouldBe(WebSocketMessage message, byte[] payload, WebSocketMessageType messageType)
    {
        message.MessageType.Should().Be(messageType);
        message.Data.AsSpan().SequenceEqual(payload).Should().BeTrue("{0} bytes are to arrive", payload.Length);
    }

    // ASCII, some of which compresses.
    private static byte[] Message(int size) =>
        [.. Traffic.Bytes(size, (ulong)size + 1).Select((noise, i) => (byte)(i / 500 % 2 == 0 ? 'a' + (i % 7) : noise & 0x7F))];
}
