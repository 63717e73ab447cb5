using System;
using System.Net.WebSockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

[TestFixtureSource(typeof(RealServer), nameof(RealServer.All))]
public sealed class EchoTests(RealServer server) : RealServerTests(server)
{
    private const int MaxSendFrameSize = 256 * 1024;
    private const int MiB = 1024 * 1024;

    // Where the length of a frame, or the number of frames, changes its form; and what needs many reads and writes.
    private static readonly int[] Sizes =
    [
        0, 1, 125, 126, 127, 65_535, 65_536, 65_537, MaxSendFrameSize - 1, MaxSendFrameSize, MaxSendFrameSize + 1, MiB, 16 * MiB,
    ];

    [Test]
    public void Binary_messages_of_every_size_come_back()
    {
        using WebSocketClient client = Connect();
        foreach (int size in Sizes)
        {
            byte[] payload = Traffic.Bytes(size, seed: (ulong)size);

            client.Send(payload);

            IsEcho(client.Receive(Soon), payload, WebSocketMessageType.Binary);
        }
    }

    [Test]
    public void Text_messages_of_every_size_come_back()
    {
        using WebSocketClient client = Connect();
        foreach (int size in Sizes)
        {
            byte[] payload = TextOf(size);

            client.Send(payload, WebSocketMessageType.Text);

            IsEcho(client.Receive(Soon), payload, WebSocketMessageType.Text);
        }
    }

    // 5.6: a fragment need not end where a character does; with four sizes every letter is cut at every place.
    [TestCase(1024)]
    [TestCase(1025)]
    [TestCase(1026)]
    [TestCase(1027)]
    public void Text_whose_letters_are_cut_by_frame_borders_comes_back(int frameSize)
    {
        using WebSocketClient client = Connect("/", new WebSocketClientOptions { MaxSendFrameSize = frameSize });
        foreach (string letter in new[] { "ä", "€", "🙂" })
        {
            string text = "x" + Repeat(letter, 100_000);

            client.Send(text);

            client.Receive(Soon).Text.Should().Be(text);
        }
    }

    [Test]
    public void Mixed_text_comes_back()
    {
        using WebSocketClient client = Connect("/", new WebSocketClientOptions { MaxSendFrameSize = 1024 });
        string text = Traffic.Text(300_000, seed: 7);

        client.Send(text);

        client.Receive(Soon).Text.Should().Be(text);
    }

    [Test]
    public void Messages_sent_in_a_row_come_back_in_order()
    {
        using WebSocketClient client = Connect();
        const int count = 2000;
        BackgroundRun sending = Run.InBackground(() =>
        {
            for (int i = 0; i < count; i++)
                client.Send(Traffic.Bytes(i, seed: (ulong)i));
        });

        for (int i = 0; i < count; i++)
            IsEcho(client.Receive(Soon), Traffic.Bytes(i, seed: (ulong)i), WebSocketMessageType.Binary);

        sending.Join();
        WebSocketStatistics statistics = client.GetStatistics();
        statistics.MessagesSent.Should().Be(count);
        statistics.MessagesReceived.Should().Be(count);
        statistics.PayloadBytesReceived.Should().Be(statistics.PayloadBytesSent);
    }

    [TestCase(16 * MiB, null)]
    [TestCase((16 * MiB) + 1, (16 * MiB) + 1)]
    [TestCase(70_000, 70_000)]
    public void Message_at_the_very_limit_comes_back(int size, int? limit)
    {
        var options = new WebSocketClientOptions();
        options.MaxMessageSize = limit ?? options.MaxMessageSize;
        using WebSocketClient client = Connect("/", options);
        byte[] payload = Traffic.Bytes(size, seed: 3);

        client.Send(payload);

        IsEcho(client.Receive(Soon), payload, WebSocketMessageType.Binary);
    }

    [TestCase((16 * MiB) + 1, null)]
    [TestCase(70_001, 70_000)]
    public void Message_one_byte_over_the_limit_is_refused_with_1009(int size, int? limit)
    {
        var options = new WebSocketClientOptions();
        options.MaxMessageSize = limit ?? options.MaxMessageSize;
        using WebSocketClient client = Connect("/", options);
        byte[] payload = Traffic.Bytes(size, seed: 3);
        BackgroundRun sending = Run.InBackground(() => SendUntilClosed(client, payload));

        Action receive = () => client.Receive(Soon);

        receive.Should().Throw<WebSocketClosedException>().Which.Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        sending.Join(Soon);
        client.WaitForClose(Soon).Should().BeTrue();
        WaitUntilServerSawClose(1009);
    }

    // The refusal of the echo may come while the message is still being sent.
    private static void SendUntilClosed(WebSocketClient client, byte[] payload)
    {
        try
        {
            client.Send(payload);
        }
        catch (WebSocketClosedException e)
        {
            e.Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        }
    }

    // Not Should().Equal: that takes minutes for 16 MiB, on Mono even more.
    private static void IsEcho(WebSocketMessage message, byte[] payload, WebSocketMessageType type)
    {
        message.MessageType.Should().Be(type);
        message.Data.Length.Should().Be(payload.Length);
        message.Data.AsSpan().SequenceEqual(payload).Should().BeTrue("the echo of {0} bytes must be what was sent", payload.Length);
    }

    // Letters of two bytes behind as many of one byte as make it even, or odd: no piece of any size ends everywhere at a border.
    private static byte[] TextOf(int size) =>
        Encoding.UTF8.GetBytes((size % 2 == 0 ? "" : "x") + Repeat("ä", size / 2));

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
