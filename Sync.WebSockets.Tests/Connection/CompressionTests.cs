using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>What goes over the wire where permessage-deflate is offered and agreed on.</summary>
[TestFixture]
public sealed class CompressionTests
{
    private const string Agreed = "Sec-WebSocket-Extensions: permessage-deflate";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly byte[] Rows = [.. Enumerable.Range(0, 100_000).Select(i => (byte)"{\"row\": 1}, "[i % 12])];

    [Test]
    [Category("Z10")]
    public void Nothing_is_offered_unless_it_is_asked_for()
    {
        string? offered = "none";
        using ScriptedServer server = new(connection => offered = connection.Upgrade()["Sec-WebSocket-Extensions"]);

        TestClient.Connect(server).Dispose();

        server.Join();
        offered.Should().BeNull();
    }

    [Test]
    [Category("Z7")]
    public void Offer_promises_only_what_the_platform_can_keep()
    {
        string? offered = null;
        using ScriptedServer server = new(connection => offered = connection.Upgrade()["Sec-WebSocket-Extensions"]);

        Connect(server).Dispose();

        server.Join();
        offered.Should().Be(MessageDeflater.CanFlush
            ? "permessage-deflate; client_max_window_bits"
            : "permessage-deflate; client_no_context_takeover; client_max_window_bits");
#if NET
        MessageDeflater.CanFlush.Should().BeTrue();
#endif
    }

    [Test]
    [Category("Z10")]
    public void Message_is_compressed_unless_it_is_small_or_the_program_says_no()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade(Agreed);
            int[] rsv = [.. Enumerable.Range(0, 7).Select(_ => connection.ReadFrame()!.Rsv)];
            connection.SendText(string.Join(" ", rsv));
            connection.ReadUntilClose();
        });
        using WebSocketClient client = Connect(server);

        client.Send(new string('a', 64));
        client.Send(new string('a', 63));
        client.Send(new string('a', 64), compress: false);
        client.Send(new byte[64]);
        client.Send(new byte[64], WebSocketMessageType.Text, compress: false);
        client.Send(new byte[64].AsSpan(), WebSocketMessageType.Binary, compress: false);
        client.Send(new byte[64], WebSocketMessageType.Binary, compress: true);

        client.Receive(Soon).Text.Should().Be("4 0 0 4 0 0 4");
    }

    [Test]
    public void Only_the_first_fragment_is_marked_and_no_fragment_is_too_long()
    {
        byte[] noise = Traffic.Bytes(50_000, seed: 1);
        byte[] payload = [];
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade(Agreed);
            ServerFrame frame = connection.ReadFrame()!;
            frame.Rsv.Should().Be(4);
            for (; !frame.Fin; frame = connection.ReadFrame()!)
                Add(frame);
            Add(frame);
            connection.SendText("got it");
            connection.ReadUntilClose();
        });
        using WebSocketClient client = Connect(server, options => options.MaxSendFrameSize = 2000);

        client.Send(noise);

        client.Receive(Soon).Text.Should().Be("got it");
        new PlainInflate().Message(payload).AsSpan().SequenceEqual(noise).Should().BeTrue();

        void Add(ServerFrame frame)
        {
            frame.Payload.Length.Should().BeLessThanOrEqualTo(2000);
            frame.Rsv.Should().Be(payload.Length == 0 ? 4 : 0);
            payload = [.. payload, .. frame.Payload];
        }
    }

    [Test]
    public void Server_that_does_not_agree_gets_and_sends_plain_messages()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Send(Rows);

        client.Receive(Soon).Data.AsSpan().SequenceEqual(Rows).Should().BeTrue();
        client.GetStatistics().WireBytesSent.Should().BeGreaterThan(Rows.Length);
    }

    [TestCase("permessage-deflate; server_max_window_bits=16", "8 to 15")]
    [TestCase("permessage-deflate; client_max_window_bits=08", "client_max_window_bits")]
    [TestCase("permessage-deflate; something=1", "'something'")]
    [TestCase("permessage-deflate, permessage-deflate", "twice")]
    [TestCase("x-webkit-deflate-frame", "not offered")]
    [Category("Z6")]
    public void Answer_that_does_not_fit_the_offer_fails_Connect(string answer, string problem)
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade("Sec-WebSocket-Extensions: " + answer);
            connection.WaitForDisconnect();
        });

        WebSocketConnectException failure = TestClient.FailureOf(() => Connect(server).Dispose());

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Message.Should().Contain(problem);
    }

    [Test]
    [Category("Z1")]
    public void Message_over_the_limit_once_inflated_ends_the_connection_with_1009()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade(Agreed);
            connection.SendFrame(Op.Binary, connection.ReadFrame()!.Payload, rsv: 4);
            connection.ReadUntilClose().CloseCode.Should().Be(1009);
        });
        using WebSocketClient client = Connect(server, options => options.MaxMessageSize = Rows.Length - 1);

        client.Send(Rows);

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.MessageTooBig);
        server.Join();
    }

    [Test]
    [Category("Z3")]
    public void Broken_data_ends_the_connection_with_1007()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade(Agreed);
            connection.SendFrame(Op.Binary, [0x06, 0xFF, 0xFF], rsv: 4);
            connection.ReadUntilClose().CloseCode.Should().Be(1007);
        });
        using WebSocketClient client = Connect(server);

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.InvalidPayload);
        server.Join();
    }

    [Test]
    [Category("Z9")]
    [Category("R7")]
    public void End_while_messages_are_compressed_and_inflated_frees_all_and_breaks_nothing([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade(Agreed + "; server_no_context_takeover; client_no_context_takeover");
            connection.EchoUntilClosed();
        });
        for (int round = 0; round < LongRun.Or(8, full: 20); round++)
        {
            WebSocketClient client = Connect(server);
            BackgroundRun[] callers = [.. Enumerable.Range(0, 6).Select(i => Run.InBackground(() => UseUntilItEnds(client, i)))];
            Thread.SpinWait(random.Next(2_000_000));

            if (round % 2 == 0)
                client.Dispose();
            else
                client.Abort();

            Array.ForEach(callers, caller => caller.Join());
            client.Dispose();
        }
        if (Resources.LibraryThreads is not null)
            Wait.Until(() => Resources.LibraryThreads == 0, "all threads of the library have ended");
    }

    private static void UseUntilItEnds(WebSocketClient client, int i)
    {
        try
        {
            while (true)
            {
                if (i % 2 == 0)
                    client.Send(Rows);
                else
                    client.Receive(Soon).Data.Length.Should().Be(Rows.Length);
            }
        }
        catch (Exception e) when (e is WebSocketClosedException or ObjectDisposedException)
        {
            // As documented.
        }
    }

    private static WebSocketClient Connect(ScriptedServer server, Action<WebSocketClientOptions>? configure = null) => TestClient.Connect(server, options =>
    {
        options.Compression = new WebSocketCompressionOptions();
        configure?.Invoke(options);
    });
}
