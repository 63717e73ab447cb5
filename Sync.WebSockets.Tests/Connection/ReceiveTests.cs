using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class ReceiveTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase(false)]
    [TestCase(true)]
    public void Each_message_goes_to_exactly_one_of_many_receivers(bool tls)
    {
        int messages = Machine.IsMono ? 5_000 : 20_000;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < messages; i++)
                connection.SendText(i.ToString(CultureInfo.InvariantCulture));
            connection.SendClose();
            connection.ReadFrame();
        });
        using WebSocketClient client = TestClient.Connect(server);
        var received = new ConcurrentBag<int>();

        BackgroundRun[] receivers = [.. Enumerable.Range(0, 8).Select(_ => Run.InBackground(() =>
        {
            int last = -1;
            foreach (WebSocketMessage message in client.ReceiveAll())
            {
                int number = int.Parse(message.Text, CultureInfo.InvariantCulture);
                number.Should().BeGreaterThan(last, "each receiver sees the order of the wire");
                received.Add(last = number);
            }
        }))];

        Array.ForEach(receivers, receiver => receiver.Join(TimeSpan.FromSeconds(30)));
        received.OrderBy(number => number).Should().Equal(Enumerable.Range(0, messages));
    }

    [TestCase(new byte[] { 0x82 }, TestName = "Message_does_not_wait_for_the_rest_of_a_header")]
    [TestCase(new byte[] { 0x82, 2, 1 }, TestName = "Message_does_not_wait_for_the_rest_of_a_frame")]
    [TestCase(new byte[] { 0x02, 1, 1 }, TestName = "Message_does_not_wait_for_the_fragments_of_the_next")]
    [TestCase(new byte[] { 0x82, 126, 0x20, 0, 1 }, TestName = "Message_does_not_wait_for_the_rest_of_a_long_frame")]
    [TestCase(new byte[] { 0x8A, 0 }, TestName = "Message_does_not_wait_behind_a_pong")]
    [TestCase(new byte[] { 0xFF }, TestName = "Message_does_not_get_lost_before_a_bad_frame")]
    public void Message_in_fragments_does_not_wait_for_what_comes_with_it(byte[] behind)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendRaw([0x01, 1, (byte)'o', 0x80, 1, (byte)'k', .. behind]);
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server);

        client.Receive(Soon).Text.Should().Be("ok");
    }

    [Test]
    public void TryReceive_with_zero_only_looks()
    {
        using var send = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(send);
            connection.SendText("polled");
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server);

        Elapsed.Of(() => client.TryReceive(TimeSpan.Zero, out _).Should().BeFalse()).Should().BeBelow(TimeSpan.FromMilliseconds(100));
        send.Set();

        WebSocketMessage message = default;
        Wait.Until(() => client.TryReceive(TimeSpan.Zero, out message), "the message has come");
        message.Text.Should().Be("polled");
    }

    [Test]
    public void Receive_that_times_out_loses_nothing()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);

        TimeSpan elapsed = Elapsed.Of(() =>
            client.Invoking(c => c.Receive(TimeSpan.FromMilliseconds(200))).Should().Throw<TimeoutException>());

        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(190)).And.BeBelow(TimeSpan.FromMilliseconds(450));
        client.Send("kept");
        client.Receive(Soon).Text.Should().Be("kept");
        client.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    public void Receive_that_is_cancelled_loses_nothing()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        for (int i = 0; i < 200; i++)
        {
            using var cancellation = new CancellationTokenSource();
            string text = i.ToString(CultureInfo.InvariantCulture);
            BackgroundRun canceller = Run.InBackground(cancellation.Cancel);
            client.Send(text);

            WebSocketMessage? message = null;
            try
            {
                message = client.Receive(Soon, cancellation.Token);
            }
            catch (OperationCanceledException e)
            {
                e.CancellationToken.Should().Be(cancellation.Token);
            }

            canceller.Join();
            (message ?? client.Receive(Soon)).Text.Should().Be(text);
        }
    }

    [Test]
    public void Cancelled_token_frees_a_blocked_Receive_at_once()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        using var cancellation = new CancellationTokenSource();
        var freed = new Stopwatch();
        BackgroundRun receiver = Run.InBackground(() =>
        {
            client.Invoking(c => c.Receive(Timeout.InfiniteTimeSpan, cancellation.Token)).Should().Throw<OperationCanceledException>();
            freed.Stop();
        });
        client.Ping(Soon);

        freed.Start();
        cancellation.Cancel();

        receiver.Join();
        freed.Elapsed.Should().BeBelow(TimeSpan.FromMilliseconds(250));
        client.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    public void Texts_of_all_sizes_and_kinds_are_received_as_strings([Values] bool compressed)
    {
        using ScriptedServer server = new(connection =>
        {
            if (compressed)
                connection.Upgrade("Sec-WebSocket-Extensions: permessage-deflate");
            else
                connection.Upgrade();
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server, o => o.Compression = compressed ? new WebSocketCompressionOptions() : null);
        foreach (int length in new[] { 0, 1, 125, 5000, 16_384, 300_000 })
        {
            string text = string.Concat(Enumerable.Repeat("ä", length));
            client.Send(text);
            client.ReceiveText(Soon).Should().Be(text);
        }

        client.Invoking(c => c.ReceiveText(TimeSpan.Zero)).Should().Throw<TimeoutException>();
        client.Invoking(c => c.ReceiveText(TimeSpan.FromTicks(-2))).Should().Throw<ArgumentOutOfRangeException>();
        client.Close();
        TestClient.EndOf(() => client.ReceiveText()).Cause.Should().Be(WebSocketCloseCause.LocalClose);
    }

    [Test]
    public void Binary_message_is_kept_when_a_text_is_wanted()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send([1, 2, 3]);
        client.Send("x");

        client.Invoking(c => c.ReceiveText(Soon)).Should().Throw<InvalidOperationException>().WithMessage("*binary*kept*");

        client.Receive(Soon).Data.Should().Equal(1, 2, 3);
        client.ReceiveText().Should().Be("x");
    }

    [Test]
    public void Buffer_that_is_too_small_keeps_the_message()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send([1, 2, 3]);
        client.Send("x");

        client.Invoking(c => c.Receive(new byte[2], out _, Soon)).Should().Throw<ArgumentException>().WithMessage("*3 bytes*");

        byte[] buffer = [9, 9, 9, 9];
        client.Receive(buffer, out WebSocketMessageType type, Soon).Should().Be(3);
        type.Should().Be(WebSocketMessageType.Binary);
        buffer.Should().Equal(1, 2, 3, 9);
        client.Receive(buffer, out type, Soon).Should().Be(1);
        type.Should().Be(WebSocketMessageType.Text);
        client.Invoking(c => c.Receive(buffer, out _, TimeSpan.Zero)).Should().Throw<TimeoutException>();
    }

    [Test]
    public void Buffer_that_is_too_small_leaves_the_message_to_another_receiver_that_waits()
    {
        using var send = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(send);
            connection.SendBinary(new byte[10]);
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server);
        // It finds its buffer too small, or finds nothing and is freed by Dispose.
        BackgroundRun small = Run.InBackground(() => client.Invoking(c => c.Receive(new byte[1], out _, Soon)).Should().Throw<Exception>());
        WebSocketMessage received = default;
        BackgroundRun large = Run.InBackground(() => received = client.Receive(Soon));

        send.Set();

        large.Join();
        received.Data.Should().HaveCount(10);
        client.Dispose();
        small.Join();
    }

    [Test]
    public void ReceiveAll_ends_quietly_on_a_normal_closure()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("a");
            connection.SendText("b");
            connection.SendClose();
            connection.ReadFrame();
        });
        using WebSocketClient client = TestClient.Connect(server);

        client.ReceiveAll().Select(message => message.Text).Should().Equal("a", "b");
    }

    [Test]
    public void ReceiveAll_throws_when_the_connection_ends_otherwise()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendText("a");
            connection.SendClose(1011);
            connection.ReadFrame();
        });
        using WebSocketClient client = TestClient.Connect(server);

        TestClient.EndOf(() => client.ReceiveAll().ToList().Clear()).CloseStatus.Should().Be(WebSocketCloseStatus.InternalServerError);
    }

    [TestCase(0)]
    [TestCase(125)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(1_000_000)]
    public void Message_of_every_length_comes_whole_in_either_kind_of_Receive(int length)
    {
        byte[] payload = Traffic.Bytes(length, seed: (ulong)length);
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        client.Send(payload);
        client.Send(payload);

        client.Receive(Soon).Data.Should().Equal(payload);
        byte[] buffer = new byte[length];
        client.Receive(buffer, out _, Soon).Should().Be(length);
        buffer.Should().Equal(payload);
    }
}
