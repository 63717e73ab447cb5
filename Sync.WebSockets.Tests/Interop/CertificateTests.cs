using System;
using System.Net.Security;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Interop;

[TestFixtureSource(typeof(RealServer), nameof(RealServer.AllWithTls))]
[NonParallelizable]
public sealed class CertificateTests(RealServer server) : RealServerTests(server)
{
    [Test]
    public void Untrusted_certificate_is_refused()
    {
        Action connect = () => WebSocketClient.Connect(Uri).Dispose();

        WebSocketConnectException e = connect.Should().Throw<WebSocketConnectException>().Which;

        e.Stage.Should().Be(WebSocketConnectStage.Tls);
        e.Message.Should().Contain("certificate").And.Contain("CN=localhost").And.Contain("RemoteCertificateValidationCallback");
    }

    [Test]
    public void Untrusted_certificate_is_accepted_by_a_callback_that_knows_it()
    {
        SslPolicyErrors seen = SslPolicyErrors.None;
        var options = new WebSocketClientOptions
        {
            RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            {
                seen = errors;
                return Trust.InOurs(sender, certificate, chain, errors);
            },
        };

        using WebSocketClient client = WebSocketClient.Connect(Uri, options);

        // It is issued for the name that was asked for; only nobody vouches for it.
        seen.Should().Be(SslPolicyErrors.RemoteCertificateChainErrors);
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }

    [Test]
    public void Certificate_is_refused_by_a_callback_that_says_no()
    {
        var options = new WebSocketClientOptions { RemoteCertificateValidationCallback = (_, _, _, _) => false };

        Action connect = () => WebSocketClient.Connect(Uri, options).Dispose();

        connect.Should().Throw<WebSocketConnectException>().Which.Stage.Should().Be(WebSocketConnectStage.Tls);
    }

    [Test]
    public void Plain_client_at_a_TLS_port_fails_and_says_what_to_check()
    {
        Uri plain = new UriBuilder(Uri) { Scheme = "ws" }.Uri;

        Action connect = () => WebSocketClient.Connect(plain).Dispose();

        WebSocketConnectException e = connect.Should().Throw<WebSocketConnectException>().Which;
        e.Stage.Should().Be(WebSocketConnectStage.Handshake);
    }
}
