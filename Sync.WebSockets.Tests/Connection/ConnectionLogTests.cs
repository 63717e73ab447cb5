using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class ConnectionLogTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Opened_and_Closed_are_logged_with_the_cause()
    {
        using var log = new RecordingLoggerFactory(LogLevel.Information);
        using ScriptedServer server = TestServer.Echo();
        using (WebSocketClient client = TestClient.Connect(server, o => o.LoggerFactory = log))
            client.Ping(Soon);

        Wait.Until(() => log.Entries.Count == 2, "both events are logged");
        log.Entries[0].Event.Should().Be("Opened");
        log.Entries[0].Level.Should().Be(LogLevel.Information);
        log.Entries[1].Event.Should().Be("Closed");
        log.Entries[1].Text.Should().Contain("LocalClose");
    }

    [Test]
    public void Dead_peer_is_logged_as_HeartbeatTimeout()
    {
        using var log = new RecordingLoggerFactory(LogLevel.Warning);
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.LoggerFactory = log;
            options.PingInterval = options.PingTimeout = TimeSpan.FromMilliseconds(100);
        });

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);

        Wait.Until(() => log.Named("HeartbeatTimeout").Any(), "it is logged");
        log.Entries.Should().ContainSingle().Which.Level.Should().Be(LogLevel.Warning);
    }

    [Test]
    public void Violation_is_logged_as_ProtocolError_and_a_loss_as_Lost()
    {
        using var log = new RecordingLoggerFactory(LogLevel.Warning);
        using var violating = new ScriptedServer(connection =>
        {
            connection.Upgrade();
            connection.SendRaw("c100");
        });
        using var losing = new ScriptedServer(connection =>
        {
            connection.Upgrade();
            connection.Reset();
        });

        using (WebSocketClient client = TestClient.Connect(violating, o => o.LoggerFactory = log))
            client.WaitForClose(Soon).Should().BeTrue();
        using (WebSocketClient client = TestClient.Connect(losing, o => o.LoggerFactory = log))
            client.WaitForClose(Soon).Should().BeTrue();

        Wait.Until(() => log.Entries.Count == 2, "both are logged");
        log.Entries[0].Event.Should().Be("ProtocolError");
        log.Entries[1].Event.Should().Be("Lost");
        log.Entries[1].Text.Should().Contain("NetworkError");
    }

    [Test]
    public void Failed_attempt_is_logged_with_its_stage()
    {
        using var log = new RecordingLoggerFactory();
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        });

        TestClient.FailureOf(() => TestClient.Connect(server, o => o.LoggerFactory = log).Dispose());

        log.Entries.Should().ContainSingle().Which.Event.Should().Be("ConnectFailed");
        log.Entries[0].Text.Should().Contain("Handshake").And.Contain("403");
    }

    [Test]
    public void Frames_are_logged_at_Trace_both_ways_with_their_kind_and_length()
    {
        using var log = new RecordingLoggerFactory();
        using ScriptedServer server = TestServer.Echo();
        using (WebSocketClient client = TestClient.Connect(server, o => o.LoggerFactory = log))
        {
            client.Send("12345");
            client.Receive(Soon);
            client.Ping(Soon);
        }

        Wait.Until(() => log.Named("Closed").Any(), "the end is logged");
        foreach (string name in new[] { "FrameSent", "FrameReceived" })
        {
            log.Named(name).Should().OnlyContain(entry => entry.Level == LogLevel.Trace);
            log.Named(name).Should().ContainSingle(entry => entry.Shows("Text") && entry.Shows("5 bytes"));
            log.Named(name).Should().ContainSingle(entry => entry.Shows("Close"));
        }
        log.Named("FrameSent").Should().ContainSingle(entry => entry.Shows("Ping"));
        log.Named("FrameReceived").Should().ContainSingle(entry => entry.Shows("Pong"));
    }

    [Test]
    public void Each_frame_of_a_message_in_fragments_is_logged()
    {
        using var log = new RecordingLoggerFactory();
        using ScriptedServer server = TestServer.Echo();
        using (WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.LoggerFactory = log;
            options.MaxSendFrameSize = 1024;
        }))
        {
            client.Send(new byte[2500]);
            client.Receive(Soon);
        }

        Wait.Until(() => log.Named("Closed").Any(), "the end is logged");
        log.Named("FrameSent").Count(entry => entry.Shows("Binary") || entry.Shows("Continuation"))
            .Should().Be(log.Named("FrameReceived").Count(entry => entry.Shows("Binary") || entry.Shows("Continuation")))
            .And.Be(3);
    }

    [Test]
    public void No_log_text_holds_a_query_a_header_value_or_a_payload()
    {
        using var log = new RecordingLoggerFactory();
        int connections = 0;
        using var server = new ScriptedServer(connection =>
        {
            if (Interlocked.Increment(ref connections) == 1)
            {
                connection.Upgrade("Set-Cookie: id=secret-cookie");
                connection.SendText("secret-text");
                connection.SendPing("secret-ping"u8.ToArray());
                connection.SendBinary("secret-binary"u8.ToArray());
                connection.EchoUntilClosed();
                return;
            }
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 401 No\r\nWWW-Authenticate: secret-challenge\r\nSet-Cookie: secret-cookie\r\nContent-Length: 11\r\n\r\nsecret-body");
        });
        var uri = new Uri(server.Uri, "/feed?token=secret-token");
        WebSocketClientOptions options = TestClient.Options(o => o.LoggerFactory = log);
        options.Headers.Add("Authorization", "Bearer secret-bearer");

        using (WebSocketClient client = WebSocketClient.Connect(uri, options))
        {
            client.Send("secret-sent");
            client.Receive(Soon);
            client.Receive(Soon);
            client.Receive(Soon);
            client.Pong("secret-pong"u8.ToArray());
        }
        TestClient.FailureOf(() => WebSocketClient.Connect(uri, options).Dispose());

        Wait.Until(() => log.Named("Closed").Any() && log.Named("ConnectFailed").Any(), "all is logged");
        log.Entries.Should().Contain(entry => entry.Shows("/feed"));
        log.Entries.Should().NotContain(entry => entry.Shows("secret"));
    }

    [Test]
    public void Logger_that_throws_harms_nothing()
    {
        using var log = new RecordingLoggerFactory(onEntry: _ => throw new InvalidOperationException("boom"));
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server, o => o.LoggerFactory = log);

        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
        client.Ping(Soon).Should().BePositive();
        client.Close();

        client.State.Should().Be(WebSocketState.Closed);
        log.Entries.Should().NotBeEmpty();
    }

    [TestCase("Opened")]
    [TestCase("FrameReceived")]
    public void Logger_that_blocks_the_reader_keeps_neither_Receive_nor_Close_beyond_their_bounds(string at)
    {
        using var release = new ManualResetEventSlim();
        using var log = new RecordingLoggerFactory(onEntry: entry =>
        {
            if (entry.Event == at)
                release.Wait(TimeSpan.FromSeconds(20));
        });
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient client = TestClient.Connect(server, o => o.LoggerFactory = log);
        client.Send("hello");

        Elapsed.Of(() => client.Invoking(c => c.Receive(TimeSpan.FromMilliseconds(300))).Should().Throw<TimeoutException>())
            .Should().BeBelow(TimeSpan.FromSeconds(1));
        Elapsed.Of(client.Close).Should().BeBelow(TimeSpan.FromSeconds(1.25), "CloseTimeout is a second");
        client.State.Should().NotBe(WebSocketState.Open);
        Elapsed.Of(client.Dispose).Should().BeBelow(TimeSpan.FromSeconds(1.5));

        release.Set();
        client.WaitForClose(Soon).Should().BeTrue();
    }

    [Category("R8")]
    [TestCase("close")]
    [TestCase("dispose")]
    [TestCase("send")]
    public void Close_Dispose_and_Send_inside_the_logger_do_not_deadlock(string call)
    {
        WebSocketClient? client = null;
        int calls = 0;
        using var log = new RecordingLoggerFactory(onEntry: entry =>
        {
            // On the reader thread and on the caller's, for each event once.
            if (client is null || !entry.Event.StartsWith("Frame", StringComparison.Ordinal) || Interlocked.Increment(ref calls) > 2)
                return;
            if (call == "close")
                client.Close();
            else if (call == "dispose")
                client.Dispose();
            else
                client.Send("from the logger");
        });
        using ScriptedServer server = TestServer.Echo();
        using (client = TestClient.Connect(server, o => o.LoggerFactory = log))
        {
            TimeSpan elapsed = Elapsed.Of(() =>
            {
                try
                {
                    client.Send("hello");
                    client.Receive(TimeSpan.FromSeconds(5)).Text.Should().NotBeEmpty();
                }
                catch (Exception e) when (e is WebSocketClosedException or ObjectDisposedException)
                {
                    call.Should().NotBe("send");
                }
                client.Close();
            });

            elapsed.Should().BeBelow(TimeSpan.FromSeconds(2.5));
        }
        calls.Should().BePositive();
    }

    [Test]
    [Category("R8")]
    public void Close_Dispose_and_Send_of_another_client_inside_a_certificate_callback_do_not_deadlock()
    {
        using ScriptedServer echo = TestServer.Echo();
        using ScriptedServer server = TestServer.Echo(tls: true);
        using WebSocketClient other = TestClient.Connect(echo);
        string? echoed = null;

        using WebSocketClient client = TestClient.Connect(server, o => o.RemoteCertificateValidationCallback = (_, _, _, _) =>
        {
            other.Send("from the callback");
            echoed = other.Receive(Soon).Text;
            other.Close();
            other.Dispose();
            return echoed.Length > 0;
        });

        echoed.Should().Be("from the callback");
        client.Ping(Soon).Should().BePositive();
    }
}
