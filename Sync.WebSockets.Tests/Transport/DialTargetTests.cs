using System;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>What is dialled, from where, and by which names: each comes from the URI unless an option says otherwise.</summary>
[TestFixture]
[NonParallelizable]
public sealed class DialTargetTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly RemoteCertificateValidationCallback FitsName =
        (_, _, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    [Test]
    public void Address_to_dial_changes_nothing_of_the_request()
    {
        using AnsweringServer server = new(_ => ["101"]);
        Uri uri = new("ws://named.example:1234/feed?x=1");

        using (WebSocketClient client = Connect(uri, _ => throw new InvalidOperationException("asked"), o => o.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, server.Port)))
        {
            ShouldWork(client);
            client.Uri.Should().Be(uri);
            client.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, server.Port));
        }

        server.Requests.Single()["Host"].Should().Be("named.example:1234");
        server.Requests.Single().Target.Should().Be("/feed?x=1");
    }

    [Test]
    public void Address_to_dial_may_be_a_name()
    {
        using AnsweringServer server = new(_ => ["101"]);
        string? asked = null;

        using (WebSocketClient client = Connect(
            new Uri("ws://named.example/"),
            host =>
            {
                asked = host;
                return [IPAddress.Loopback];
            },
            o => o.RemoteEndPoint = new DnsEndPoint("other.example", server.Port)))
        {
            ShouldWork(client);
        }

        asked.Should().Be("other.example");
        server.Requests.Single()["Host"].Should().Be("named.example");
    }

    [Test]
    public void Host_header_of_the_callers_own_takes_the_place_of_the_URIs()
    {
        using AnsweringServer server = new(_ => ["101"]);

        TestClient.Connect(server.Uri, o => o.Headers["host"] = "virtual.example").Dispose();

        server.Requests.Single().Headers.Where(header => string.Equals(header.Key, "Host", StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value).Should().Equal("virtual.example");
    }

    [Test]
    [Category("T1")]
    public void Name_for_TLS_may_be_another_one_than_the_URIs()
    {
        using ScriptedServer server = ScriptedServer.Tls(Echo, TestCertificates.WrongName);

        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.TargetHost = "wrong.example";
            options.RemoteCertificateValidationCallback = FitsName;
        });

        ShouldWork(client);
    }

#if NET // Mono does not look at the name of a certificate that nobody trusts.
    [TestCase(null, "localhost")]
    [TestCase("other.example", "other.example")]
    [Category("T1")]
    public void Certificate_for_another_name_is_refused(string? targetHost, string told)
    {
        using ScriptedServer server = ScriptedServer.Tls(connection => connection.WaitForDisconnect(), TestCertificates.WrongName);

        WebSocketConnectException failure = TestClient.FailureOf(() => TestClient.Connect(server, options =>
        {
            options.TargetHost = targetHost;
            options.RemoteCertificateValidationCallback = FitsName;
        }).Dispose());

        failure.Stage.Should().Be(WebSocketConnectStage.Tls);
        failure.Message.Should().Contain("not issued for " + told);
    }

    [TestCase("wss://named.example/", null, "named.example")]
    [TestCase("wss://named.example/", "other.example", "other.example")]
    [TestCase("wss://b\u00FCcher.example/", null, "b\u00FCcher.example", Description = "As .NET decodes it for the server.")]
    [TestCase("wss://127.0.0.1/", null, "")]
    [Category("H4")]
    public void TLS_asks_for_the_name_of_the_URI_or_the_one_that_is_set(string uri, string? targetHost, string sni)
    {
        string? asked = null;
        using ScriptedServer server = ScriptedServer.Tls(connection =>
        {
            asked = ((SslStream)connection.Stream).TargetHostName;
            Echo(connection);
        });

        using (WebSocketClient client = Connect(new Uri(uri), _ => [], options =>
        {
            options.TargetHost = targetHost;
            options.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, server.Port);
        }))
        {
            ShouldWork(client);
        }

        asked.Should().Be(sni);
    }
#endif

    [Test]
    public void Connection_comes_from_the_local_address_that_is_set()
    {
        IPAddress local = IPAddress.Parse("127.0.0.5");
        EndPoint? seen = null;
        using ScriptedServer server = new(connection =>
        {
            seen = connection.Socket.RemoteEndPoint;
            Echo(connection);
        });

        using WebSocketClient client = TestClient.Connect(server, o => o.LocalEndPoint = new IPEndPoint(local, 0));

        ShouldWork(client);
        seen.Should().BeOfType<IPEndPoint>().Which.Address.Should().Be(local);
        client.LocalEndPoint.Should().Be(seen);
    }

    [Test]
    public void Local_address_of_another_family_is_told()
    {
        WebSocketConnectException failure = TestClient.FailureOf(() => Connect(
            new Uri("ws://named.example/"), _ => [IPAddress.Loopback], o => o.LocalEndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 0)).Dispose());

        failure.Stage.Should().Be(WebSocketConnectStage.Dns);
        failure.Message.Should().Contain("named.example").And.Contain("LocalEndPoint");
    }

    [Test]
    public void Local_address_that_is_not_of_this_machine_is_told()
    {
        using AnsweringServer server = new(_ => ["101"]);

        WebSocketConnectException failure = TestClient.FailureOf(() =>
            TestClient.Connect(server.Uri, o => o.LocalEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)).Dispose());

        failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.InnerException.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.AddressNotAvailable);
        server.Requests.Should().BeEmpty();
    }

    [Test]
    [Category("H4")]
    public void Address_outside_ASCII_is_looked_up_and_sent_in_ASCII()
    {
        using AnsweringServer server = new(_ => ["101"]);
        string? asked = null;
        Uri uri = new(FormattableString.Invariant($"ws://b\u00FCcher.example:{server.Port}/stra\u00DFe/\u4F8B?\u00E4"));

        using (WebSocketClient client = Connect(
            uri,
            host =>
            {
                asked = host;
                return [IPAddress.Loopback];
            }))
        {
            ShouldWork(client);
            client.Uri.Should().Be(uri);
        }

        asked.Should().Be("xn--bcher-kva.example");
        ServerRequest request = server.Requests.Single();
        request["Host"].Should().Be(FormattableString.Invariant($"xn--bcher-kva.example:{server.Port}"));
        request.Target.Should().Be("/stra%C3%9Fe/%E4%BE%8B?%C3%A4");
    }

    [TestCase(false)]
    [TestCase(true)]
    [Category("H4")]
    public void Address_of_IPv6_is_dialled(bool tls)
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Ignore("This system has no IPv6.");
        string? host = null;
        using ScriptedServer server = new(
            connection =>
            {
                host = connection.Upgrade()["Host"];
                connection.EchoUntilClosed();
            },
            new ScriptedServerOptions { Address = IPAddress.IPv6Loopback, Certificate = tls ? TestCertificates.Localhost : null });

        using WebSocketClient client = TestClient.Connect(new Uri(FormattableString.Invariant($"{(tls ? "wss" : "ws")}://[::1]:{server.Port}/")));

        ShouldWork(client);
        host.Should().Be(FormattableString.Invariant($"[::1]:{server.Port}"));
        client.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.IPv6Loopback, server.Port));
    }

    private static void Echo(ServerConnection connection)
    {
        connection.Upgrade();
        connection.EchoUntilClosed();
    }

    // Whatever the machine's settings say of proxies.
    private static WebSocketClient Connect(Uri uri, Func<string, IPAddress[]> resolve, Action<WebSocketClientOptions>? configure = null)
    {
        ClientEnvironment environment = new() { Resolve = resolve, Variable = _ => null, SystemProxy = () => null };
        return WebSocketClient.Connect(uri, TestClient.Options(configure), environment, default);
    }

    private static void ShouldWork(WebSocketClient client)
    {
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }
}
