using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Reconnecting;

[Category("R16")]
public sealed class TransientFailuresTests
{
    [TestCase(408)]
    [TestCase(425)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    [TestCase(507)]
    [TestCase(520)]
    [TestCase(599)]
    public void Status_that_may_be_gone_next_time_is_retried(int status) => IsTransient(Refused(status)).Should().BeTrue();

    [TestCase(101)]
    [TestCase(200)]
    [TestCase(302)]
    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(407)]
    [TestCase(410)]
    [TestCase(426)]
    [TestCase(501)]
    [TestCase(505)]
    public void Status_about_this_client_is_final(int status) => IsTransient(Refused(status)).Should().BeFalse();

    [TestCase(WebSocketConnectStage.Dns)]
    [TestCase(WebSocketConnectStage.Tcp)]
    [TestCase(WebSocketConnectStage.Proxy)]
    [TestCase(WebSocketConnectStage.Tls)]
    [TestCase(WebSocketConnectStage.Handshake)]
    public void Failure_of_the_network_and_a_timeout_are_retried_at_every_stage(WebSocketConnectStage stage)
    {
        IsTransient(Failed(stage, new SocketException((int)SocketError.HostUnreachable))).Should().BeTrue();
        IsTransient(Failed(stage, new IOException("gone"))).Should().BeTrue();
        IsTransient(Failed(stage, new TimeoutException())).Should().BeTrue();
    }

    [Test]
    public void Certificate_that_is_refused_is_final() =>
        IsTransient(Failed(WebSocketConnectStage.Tls, new AuthenticationException("untrusted"))).Should().BeFalse();

    [Test]
    public void Certificate_that_is_refused_is_final_however_deep_the_platform_puts_it() =>
        IsTransient(Failed(WebSocketConnectStage.Tls, new AggregateException(new IOException("x", new AuthenticationException("untrusted"))))).Should().BeFalse();

    [Test]
    public void Connection_that_breaks_in_the_TLS_handshake_is_retried() =>
        IsTransient(Failed(WebSocketConnectStage.Tls, new AuthenticationException("broken", new IOException("reset", new SocketException((int)SocketError.ConnectionReset))))).Should().BeTrue();

    [TestCase(WebSocketCloseCause.NetworkError)]
    [TestCase(WebSocketCloseCause.HeartbeatTimeout)]
    [TestCase(WebSocketCloseCause.ReceiveIdleTimeout)]
    [TestCase(WebSocketCloseCause.SendTimeout)]
    [TestCase(WebSocketCloseCause.SendStalled)]
    [TestCase(WebSocketCloseCause.PolicyFailed)]
    [TestCase(WebSocketCloseCause.ProtocolError)]
    public void End_of_a_connection_is_retried(WebSocketCloseCause cause) => IsTransient(Closed(cause, null)).Should().BeTrue();

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(1011)]
    [TestCase(1012)]
    [TestCase(1013)]
    [TestCase(4000)]
    public void Close_by_the_server_is_retried(int code) => IsTransient(Closed(WebSocketCloseCause.RemoteClose, code)).Should().BeTrue();

    [TestCase(1002)]
    [TestCase(1003)]
    [TestCase(1007)]
    [TestCase(1008)]
    [TestCase(1009)]
    [TestCase(1010)]
    public void Close_by_the_server_because_of_this_client_is_final(int code) => IsTransient(Closed(WebSocketCloseCause.RemoteClose, code)).Should().BeFalse();

    [Test]
    public void Mistakes_of_the_program_are_final()
    {
        IsTransient(new ArgumentException("bad")).Should().BeFalse();
        IsTransient(new InvalidOperationException("bad")).Should().BeFalse();
        IsTransient(new PlatformNotSupportedException("bad")).Should().BeFalse();
    }

    [Test]
    public void Refusal_and_mistake_on_the_way_are_final_at_every_stage()
    {
        foreach (WebSocketConnectStage stage in new[] { WebSocketConnectStage.Tcp, WebSocketConnectStage.Proxy, WebSocketConnectStage.Tls })
        {
            IsTransient(Failed(stage, new AuthenticationException("the password was refused"))).Should().BeFalse();
            IsTransient(Failed(stage, new InvalidOperationException("the dialer returned nothing"))).Should().BeFalse();
            IsTransient(Failed(stage, new NotSupportedException("no such protocol"))).Should().BeFalse();
        }
        IsTransient(Failed(WebSocketConnectStage.Tls, new FormatException("what a certificate callback threw"))).Should().BeFalse();
    }

    [Test]
    public void Failure_of_the_network_is_found_however_deep_it_lies()
    {
        IsTransient(new AggregateException(new InvalidOperationException("fetching the token", new IOException()))).Should().BeTrue();
        IsTransient(new OperationCanceledException()).Should().BeTrue();
        IsTransient(new WebException("no route")).Should().BeTrue();
    }

    [Test]
    public void Hook_that_ran_into_the_network_is_retried()
    {
        IsTransient(new TimeoutException()).Should().BeTrue();
        IsTransient(new IOException()).Should().BeTrue();
        IsTransient(new SocketException()).Should().BeTrue();
    }

    [Test]
    public void Null_is_refused()
    {
        Action ask = () => IsTransient(null!);

        ask.Should().Throw<ArgumentNullException>();
    }

    private static bool IsTransient(Exception failure) => ReconnectingWebSocketClientOptions.IsTransient(failure);

    private static WebSocketConnectException Failed(WebSocketConnectStage stage, Exception inner) => new("failed", stage, inner, null, null);

    private static WebSocketConnectException Refused(int status) =>
        new("refused", WebSocketConnectStage.Handshake, null, new WebSocketHandshakeResponse(status, "No", new WebSocketHeaders()), null);

    private static WebSocketClosedException Closed(WebSocketCloseCause cause, int? code) =>
        new("closed", cause, code is { } status ? new WebSocketCloseFrame((WebSocketCloseStatus)status, null) : null, null, true, null);
}
