using System;
using System.Collections.Generic;
using System.Net.Security;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>HTTP proxies over TLS.</summary>
[TestFixture]
[NonParallelizable]
[Category("T1")]
public sealed class SecureProxyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [TestCase("nobody", "The proxy's certificate")]
    [TestCase("callback", "The RemoteCertificateValidationCallback refused the proxy's certificate.")]
    public void Proxy_whose_certificate_is_not_accepted_hears_nothing(string judge, string message)
    {
        using ScriptedServer server = TestServer.Echo(tls: true);
        using var proxy = new TestProxy(TestProxyKind.Https);

        WebSocketConnectException failure = ThroughProxy.FailureOf(
            server, proxy.AsWebProxy(), o => o.RemoteCertificateValidationCallback = judge == "callback" ? (_, _, _, _) => false : null);

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain(message);
        failure.Response.Should().BeNull();
        proxy.Join();
        proxy.Text.Should().BeEmpty();
        server.Connections.Should().Be(0);
    }

    [Test]
    public void Callback_that_throws_over_the_proxys_certificate_fails_at_the_stage_Proxy()
    {
        using ScriptedServer server = TestServer.Echo();
        using var proxy = new TestProxy(TestProxyKind.Https);
        var fault = new InvalidOperationException("boom");

        WebSocketConnectException failure = ThroughProxy.FailureOf(
            server, proxy.AsWebProxy(), o => o.RemoteCertificateValidationCallback = (_, _, _, _) => throw fault);

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.InnerException.Should().BeSameAs(fault);
    }

    // Mono stops at the first fault that it finds, and a certificate that nobody trusts is one.
    [Test]
    public void Certificates_are_judged_each_for_the_name_of_its_own()
    {
        var faults = new List<SslPolicyErrors>();
        using ScriptedServer server = TestServer.Echo(tls: true);
        using var proxy = new TestProxy(TestProxyKind.Https);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(), o => o.RemoteCertificateValidationCallback = (_, _, _, errors) =>
        {
            faults.Add(errors & SslPolicyErrors.RemoteCertificateNameMismatch);
            return true;
        });

        client.Ping(Soon).Should().BePositive();
        SslPolicyErrors ofServer = Machine.IsMono ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch;
        faults.Should().Equal(SslPolicyErrors.None, ofServer);
    }

    [Test]
    public void Untrusted_server_behind_a_proxy_fails_at_the_stage_Tls()
    {
        int judged = 0;
        using ScriptedServer server = TestServer.Echo(tls: true);
        using var proxy = new TestProxy(TestProxyKind.Https);

        WebSocketConnectException failure = ThroughProxy.FailureOf(
            server, proxy.AsWebProxy(), o => o.RemoteCertificateValidationCallback = (_, _, _, _) => ++judged == 1);

        failure.Stage.Should().Be(WebSocketConnectStage.Tls);
        failure.Message.Should().Contain("the server's certificate");
    }

    [Test]
    public void Client_certificate_is_shown_to_the_server_behind_the_proxy()
    {
        string? shown = null;
        using var server = new ScriptedServer(
            connection =>
            {
                shown = ((SslStream)connection.Stream).RemoteCertificate?.Subject;
                connection.Upgrade();
                connection.EchoUntilClosed();
            },
            new ScriptedServerOptions { Certificate = TestCertificates.Localhost, WantsClientCertificate = true });
        using var proxy = new TestProxy(TestProxyKind.Https);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(), o => o.ClientCertificates.Add(TestCertificates.Client));

        client.Ping(Soon).Should().BePositive();
        shown.Should().Be(TestCertificates.Client.Subject);
    }

    [Test]
    [Category("T4")]
    public void Client_certificate_is_not_shown_to_a_proxy_that_insists_on_one()
    {
        using ScriptedServer server = TestServer.Echo();
        using var proxy = new TestProxy(TestProxyKind.Https, new TestProxyOptions { WantsClientCertificate = true });

        WebSocketConnectException failure = ThroughProxy.FailureOf(
            server, proxy.AsWebProxy(), o => o.ClientCertificates.Add(TestCertificates.Client));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        proxy.Join();
        proxy.TlsError.Should().NotBeNull();
        proxy.Tunnels.Should().Be(0);
    }
}
