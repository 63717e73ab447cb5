using System;
using System.Net.Security;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
public sealed class CertificateTests
{
    // What is wrong besides is of no account: a store that trusts the test certificates is not there on every system.
    [TestCase("untrusted")]
    [TestCase("expired")]
    [TestCase("wrong name")]
    [Category("T1")]
    [Category("A10")]
    public void Bad_certificate_is_refused_before_any_byte_of_HTTP(string fault)
    {
        bool heard = false;
        using ScriptedServer server = ScriptedServer.Tls(
            connection => heard = HearsAnything(connection),
            fault switch
            {
                "expired" => TestCertificates.Expired,
                "wrong name" => TestCertificates.WrongName,
                _ => TestCertificates.Localhost,
            });

        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect(server.Uri));

        failure.Stage.Should().Be(WebSocketConnectStage.Tls);
        failure.Message.Should().Contain("certificate");
        failure.Response.Should().BeNull();
        if (fault == "wrong name" && !Machine.IsMono)
            failure.Message.Should().Contain("not issued for localhost");
        server.Join();
        heard.Should().BeFalse();
    }

    [TestCase("expired", SslPolicyErrors.RemoteCertificateChainErrors)]
    [TestCase("wrong name", SslPolicyErrors.RemoteCertificateNameMismatch)]
    public void Callback_is_told_what_is_wrong_and_its_no_is_final(string fault, SslPolicyErrors error)
    {
        SslPolicyErrors told = SslPolicyErrors.None;
        bool heard = false;
        using ScriptedServer server = ScriptedServer.Tls(
            connection => heard = HearsAnything(connection), fault == "expired" ? TestCertificates.Expired : TestCertificates.WrongName);

        WebSocketConnectException failure = Refused(server, (_, _, _, errors) =>
        {
            told = errors;
            return false;
        });

        // Mono stops at the first fault that it finds, and a certificate that nobody trusts is one.
        (told & (Machine.IsMono ? SslPolicyErrors.RemoteCertificateChainErrors : error)).Should().NotBe(SslPolicyErrors.None);
        failure.Stage.Should().Be(WebSocketConnectStage.Tls);
        failure.Message.Should().Contain("RemoteCertificateValidationCallback refused");
        server.Join();
        heard.Should().BeFalse();
    }

    [Test]
    [Category("T1")]
    public void Callback_that_throws_fails_the_attempt_with_its_exception_inside()
    {
        bool heard = false;
        using ScriptedServer server = ScriptedServer.Tls(connection => heard = HearsAnything(connection));
        var fault = new InvalidOperationException("boom");

        WebSocketConnectException failure = Refused(server, (_, _, _, _) => throw fault);

        failure.Stage.Should().Be(WebSocketConnectStage.Tls);
        failure.InnerException.Should().BeSameAs(fault);
        server.Join();
        heard.Should().BeFalse();
    }

    [Test]
    public void Client_certificate_is_presented_to_a_server_that_asks()
    {
        string? presented = null;
        using var server = new ScriptedServer(
            connection =>
            {
                presented = ((SslStream)connection.Stream).RemoteCertificate?.Subject;
                connection.Upgrade();
                connection.EchoUntilClosed();
            },
            new ScriptedServerOptions { Certificate = TestCertificates.Localhost, WantsClientCertificate = true });

        using (WebSocketClient client = TestClient.Connect(server, options => options.ClientCertificates.Add(TestCertificates.Client)))
            client.Ping(TimeSpan.FromSeconds(10)).Should().BePositive();

        presented.Should().Be(TestCertificates.Client.Subject);
    }

    [Test]
    public void Plain_server_behind_wss_is_refused_with_the_stage_Tls()
    {
        using var server = new ScriptedServer(connection => connection.SendAscii("HTTP/1.1 400 Bad Request\r\n\r\n"));

        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect("wss://127.0.0.1:" + server.Uri.Port));

        failure.Stage.Should().Be(WebSocketConnectStage.Tls);
    }

    private static WebSocketConnectException Refused(ScriptedServer server, RemoteCertificateValidationCallback callback) =>
        TestClient.FailureOf(() => TestClient.Connect(server, o => o.RemoteCertificateValidationCallback = callback).Dispose());

    // With TLS 1.3 the server's handshake is over before the client has judged the certificate, so the script does run.
    private static bool HearsAnything(ServerConnection connection)
    {
        try
        {
            return connection.Stream.Read(new byte[1], 0, 1) > 0;
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
            return false;
        }
    }
}
