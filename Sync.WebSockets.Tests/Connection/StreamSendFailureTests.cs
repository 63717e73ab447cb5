using System;
using System.Collections.Generic;
using System.IO;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Messages that are not written to their end.</summary>
[TestFixture]
public sealed class StreamSendFailureTests
{
    private const int FrameSize = 1024;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Exception_before_anything_was_sent_comes_out_and_the_connection_lives([Values] bool compressed)
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server, compressed);

        client.Invoking(c => c.Send(
            stream =>
            {
                stream.Write(new byte[100], 0, 100);
                throw new FormatException("mine");
            },
            WebSocketMessageType.Binary)).Should().Throw<FormatException>().WithMessage("mine");

        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
        client.GetStatistics().MessagesSent.Should().Be(1);
    }

    [Test]
    public void Nothing_of_a_message_that_was_given_up_is_in_the_next_one()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade("Sec-WebSocket-Extensions: permessage-deflate");
            var inflate = new PlainInflate();
            for (int i = 0; i < 2; i++)
                connection.SendBinary(inflate.Message(connection.ReadFrame()!.Payload));
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server, options => options.Compression = new WebSocketCompressionOptions { MinimumSize = 0 });
        byte[] payload = Traffic.Bytes(1000, seed: 1);

        for (int i = 0; i < 2; i++)
        {
            client.Invoking(c => c.Send(
                stream =>
                {
                    stream.Write(new byte[600_000], 0, 600_000);
                    throw new FormatException();
                },
                WebSocketMessageType.Binary)).Should().Throw<FormatException>();
            client.Send(payload);

            client.Receive(Soon).Data.Should().Equal(payload);
        }
    }

    [Test]
    public void Exception_in_the_midst_of_a_message_ends_the_connection_with_1011_and_the_message_never_looks_whole([Values] bool fromStream)
    {
        List<ServerFrame> frames = [];
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            while (connection.ReadFrame() is { } frame && frame.Opcode != Op.Close)
                frames.Add(frame);
            connection.SendClose(1011);
        });
        using WebSocketClient client = Connect(server);
        var broken = new TrickleStream(new byte[3000]) { FailsAt = 2500 };

        Action send = fromStream
            ? () => client.Send(broken, WebSocketMessageType.Binary)
            : () => client.Send(broken.CopyTo, WebSocketMessageType.Binary);
        send.Should().Throw<IOException>().WithMessage("broken");

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));
        end.Cause.Should().Be(WebSocketCloseCause.Aborted);
        end.Message.Should().Contain(nameof(IOException)).And.NotContain("broken", "what programs say may be secret");
        end.InnerException.Should().BeOfType<IOException>();
        client.WaitForClose(Soon).Should().BeTrue();
        end = TestClient.EndOf(() => client.Send("x"));
        end.SentClose!.Value.Status.Should().Be(WebSocketCloseStatus.InternalServerError);
        server.Join();
        frames.Should().HaveCount(2).And.OnlyContain(frame => !frame.Fin);
    }

    [Test]
    public void Program_that_swallows_the_end_of_the_connection_is_told_again()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
        });
        using WebSocketClient client = Connect(server);

        TestClient.EndOf(() => client.Send(
            stream =>
            {
                stream.Write(new byte[FrameSize], 0, FrameSize);
                client.WaitForClose(Soon).Should().BeTrue();
                for (int i = 0; i < 3; i++)
                    stream.Invoking(s => s.Write(new byte[FrameSize], 0, FrameSize)).Should().Throw<WebSocketClosedException>();
            },
            WebSocketMessageType.Binary)).Cause.Should().Be(WebSocketCloseCause.NetworkError);
    }

    [Test]
    public void Text_is_checked_on_the_way()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        Send(0xC3, 0x28).Should().Throw<ArgumentException>();
        Send(0xC3).Should().Throw<ArgumentException>();
        Send(0xC3, 0xA4).Should().NotThrow();
        client.Invoking(c => c.Send(
            stream =>
            {
                stream.Invoking(s => s.Write([0x61, 0xE0, 0x80], 0, 3)).Should().Throw<ArgumentException>();
                stream.Invoking(s => s.Write([0xA0, 0x80], 0, 2)).Should().Throw<ArgumentException>("it is no use to go on");
                stream.Invoking(s => s.Write([0x61], 0, 1)).Should().Throw<ArgumentException>();
            },
            WebSocketMessageType.Text)).Should().Throw<ArgumentException>();

        client.Receive(Soon).Text.Should().Be("ä");

        Action Send(params byte[] text) => () => client.Send(
            stream =>
            {
                foreach (byte b in text)
                    stream.WriteByte(b);
            },
            WebSocketMessageType.Text);
    }

    [Test]
    public void Writer_that_is_disposed_after_its_message_failed_does_no_harm()
    {
        StreamWriter? writer = null;
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);

        client.Invoking(c => c.Send(
            stream =>
            {
                stream.WriteByte(1);
                writer = new StreamWriter(stream);
                throw new FormatException();
            },
            WebSocketMessageType.Text)).Should().Throw<FormatException>();

        writer!.Dispose();
    }

    [Test]
    public void Message_that_finds_no_turn_in_time_is_not_begun_and_one_that_takes_too_long_is_not_sent()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server, options => options.SendTimeout = TimeSpan.FromMilliseconds(100));
        using var done = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        BackgroundRun first = Run.InBackground(() => client.Invoking(c => c.Send(
            _ =>
            {
                begun.Set();
                done.Wait(Soon);
            },
            WebSocketMessageType.Binary)).Should().Throw<TimeoutException>());
        begun.Wait(Soon).Should().BeTrue();
        bool called = false;

        client.Invoking(c => c.Send(_ => called = true, WebSocketMessageType.Binary)).Should().Throw<TimeoutException>();

        called.Should().BeFalse();
        done.Set();
        first.Join();
        client.State.Should().Be(WebSocketState.Open);
    }

    private static WebSocketClient Connect(ScriptedServer server, bool compressed = false) => TestClient.Connect(server, options =>
    {
        options.MaxSendFrameSize = FrameSize;
        options.Compression = compressed ? new WebSocketCompressionOptions() : null;
    });
}
