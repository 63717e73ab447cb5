using System;
using System.Linq;
using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
internal sealed class SocksProxyTests
{
    private const string Password = "open: s\u00E9same";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly Uri Target = new("ws://echo.example/");
    private static readonly NetworkCredential Alice = new("alice", Password);
    private static readonly NetworkCredential Mallory = new("mallory", "guessed");

    [Test]
    public void Text_comes_back_through_a_tunnel_to_a_name_that_only_the_proxy_can_resolve([Values] bool guarded, [Values] bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using TestProxy proxy = StartProxy(guarded ? Alice : null);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(guarded ? Alice : null));

        client.Send("h\u00E4llo");

        client.Receive(Soon).Text.Should().Be("h\u00E4llo");
        TestProxyVisit visit = proxy.Visits.Should().ContainSingle().Which;
        (visit.AddressType, visit.Host, visit.Port).Should().Be((3, "echo.example", server.Port));
        visit.Credentials.Should().Be(guarded ? "alice:" + Password : null);
        client.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, proxy.Uri.Port));
    }

    [Test]
    public void Credentials_are_sent_only_to_a_proxy_that_wants_them()
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = StartProxy(credentials: null);
        using WebSocketClient client = ThroughProxy.Connect(server, proxy.AsWebProxy(Alice));

        client.Ping(Soon).Should().BePositive();
        proxy.Text.Should().NotContain("alice");
    }

    [TestCase("socks5")]
    [TestCase("socks5h")]
    [TestCase("socks")]
    public void User_name_and_password_in_the_environments_variable_are_used(string scheme)
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = StartProxy(Alice);
        string address = $"{scheme}://alice:{Uri.EscapeDataString(Password)}@127.0.0.1:{proxy.Uri.Port}";
        using WebSocketClient client = ThroughProxy.Connect(server, proxy: null, variables: name => name == "ALL_PROXY" ? address : null);

        client.Ping(Soon).Should().BePositive();
        proxy.Visits.Should().ContainSingle().Which.Host.Should().Be("echo.example", "the proxy resolves the name, whichever way it is asked");
    }

    [TestCase("127.0.0.1", 1)]
    [TestCase("[::1]", 4)]
    [TestCase("localhost", 3)]
    [Category("T6")]
    public void Address_of_any_type_is_asked_for(string host, int type)
    {
        using TestProxy proxy = StartProxy(credentials: null);

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri($"ws://{host}:{FreePort.Next()}/"), proxy.AsWebProxy());

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        TestProxyVisit visit = proxy.Visits.Should().ContainSingle().Which;
        (visit.AddressType, visit.Host).Should().Be((type, host.Trim('[', ']')));
    }

    [Test]
    public void Proxy_connects_to_RemoteEndPoint_where_that_is_set()
    {
        using ScriptedServer server = TestServer.Echo();
        using TestProxy proxy = StartProxy(credentials: null);
        using WebSocketClient client = ThroughProxy.Connect(
            new Uri("ws://other.example/"), proxy.AsWebProxy(), o => o.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, server.Port));

        client.Ping(Soon).Should().BePositive();
        (proxy.Visits[0].AddressType, proxy.Visits[0].Host).Should().Be((1, "127.0.0.1"));
    }

    [TestCase("04 00", "*SOCKS4*")]
    [TestCase("00 5B", "*SOCKS4*")]
    [TestCase("06 00", "*0x06*expected 0x05*")]
    [TestCase("48 54 54 50 2F 31 2E 31", "*speak HTTP*")]
    [TestCase("53 53 48 2D 32 2E 30 2D", "*0x53*expected 0x05*")]
    [TestCase("05 FF", "*none were offered*")]
    [TestCase("05 02", "*0x02, expected one that was offered*")]
    [TestCase("05 01", "*0x01, expected one that was offered*")]
    [TestCase("05 80", "*0x80, expected one that was offered*")]
    [Category("T6")]
    public void Answer_to_the_greeting_that_is_no_yes_is_refused(string answer, string message)
    {
        using ScriptedServer proxy = Answering(answer);

        FailureOf(proxy).Message.Should().Match(message);
    }

    [TestCase("05 FF", "*neither with user name and password nor without*")]
    [TestCase("05 01", "*0x01, expected one that was offered*")]
    [Category("T6")]
    public void Method_that_was_not_offered_along_with_a_password_is_refused(string answer, string message)
    {
        using ScriptedServer proxy = Answering(answer);

        FailureOf(proxy, Alice).Message.Should().Match(message);
    }

    [Test]
    [Category("T6")]
    public void Proxy_that_wants_a_password_and_gets_none_is_told()
    {
        using TestProxy proxy = StartProxy(Alice);

        WebSocketConnectException failure = ThroughProxy.FailureOf(Target, proxy.AsWebProxy());

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain("give a user name and password");
        proxy.Visits.Should().ContainSingle();
    }

    [Test]
    [Category("T6")]
    public void Wrong_password_is_sent_once_and_not_shown()
    {
        using TestProxy proxy = StartProxy(Alice);

        WebSocketConnectException failure = ThroughProxy.FailureOf(Target, proxy.AsWebProxy(Mallory));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain("refused user name and password");
        failure.ToString().Should().NotContainAny(Mallory.UserName, Mallory.Password);
        proxy.Visits.Should().ContainSingle();
    }

    [Test]
    [Category("T6")]
    public void Answer_to_the_password_in_another_version_is_refused()
    {
        using ScriptedServer proxy = Answering("05 02", "05 00");

        FailureOf(proxy, Alice).Message.Should().Match("*password*0x05, expected 0x01*");
    }

    [TestCase(256, 1, "user name")]
    [TestCase(1, 256, "password")]
    [Category("T6")]
    public void Credentials_over_255_octets_are_not_sent(int user, int password, string what)
    {
        using TestProxy proxy = StartProxy(Alice);
        var credentials = new NetworkCredential(new string('u', user), new string('p', password));

        WebSocketConnectException failure = ThroughProxy.FailureOf(Target, proxy.AsWebProxy(credentials));

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain(what + " for the SOCKS5 proxy has 256 octets");
        proxy.Join();
        proxy.Text.Should().NotContain("u").And.NotContain("p");
    }

    [Test]
    [Category("T6")]
    public void Host_over_255_characters_is_refused_before_anything_is_dialled()
    {
        Action set = () => new WebSocketClientOptions().RemoteEndPoint = new DnsEndPoint(new string('a', 256), 80);

        set.Should().Throw<ArgumentException>().WithMessage("*RemoteEndPoint*");
    }

    [TestCase("01", "*general failure*")]
    [TestCase("02", "*rules*")]
    [TestCase("03", "*network unreachable*")]
    [TestCase("04", "*host unreachable*")]
    [TestCase("05", "*connection refused*")]
    [TestCase("06", "*time to live*")]
    [TestCase("07", "*command not supported*")]
    [TestCase("08", "*address type not supported*")]
    [TestCase("09", "*does not define*")]
    [TestCase("FF", "*does not define*")]
    [Category("T6")]
    public void Refusal_is_told_with_its_meaning(string code, string message)
    {
        using ScriptedServer proxy = Answering("05 00", "05" + code + "00 01 00000000 0000");

        FailureOf(proxy).Message.Should().Match(message).And.Contain("0x" + code);
    }

    // Some proxies say no more than the code.
    [Test]
    [Category("T6")]
    public void Refusal_that_is_cut_off_behind_its_code_is_told_with_its_meaning()
    {
        using ScriptedServer proxy = Answering("05 00", "05 05");

        FailureOf(proxy).Message.Should().Contain("connection refused");
    }

    [TestCase("04 00 00 01 00000000 0000", "*SOCKS4*")]
    [TestCase("05 00 00 02 00000000 0000", "*type 0x02*")]
    [TestCase("05 00 00 00 00000000 0000", "*type 0x00*")]
    [Category("T6")]
    public void Reply_that_cannot_be_read_is_refused(string reply, string message)
    {
        using ScriptedServer proxy = Answering("05 00", reply);

        FailureOf(proxy).Message.Should().Match(message);
    }

    [TestCase("05 00", "05 00 00 01 7F000001 0050", "")]
    [TestCase("05 02", "01 00", "05 00 00 03 02 6162 0050")]
    [TestCase("05 00", "05 00 00 04 00000000000000000000000000000001 0050", "")]
    [Category("T6")]
    public void Dialogue_that_is_cut_off_at_any_octet_is_told(string first, string second, string third)
    {
        string[] answers = [first, second, third];
        int total = answers.Sum(answer => Hex.Bytes(answer).Length);
        int length = 0;
        using var proxy = new ScriptedServer(connection => Answer(connection, answers, length));

        for (; length < total; length++)
        {
            FailureOf(proxy, Alice).Message.Should().Contain("SOCKS5 proxy closed the connection after", "cut at {0}", length);
            proxy.Join();
        }
    }

    // The server's own bytes may come at once: here the first half of its answer, before it has been asked.
    [Test]
    [Category("T6")]
    public void Reply_is_read_to_its_last_octet_and_no_further(
        [Values("01 7F000001 0050", "04 00000000000000000000000000000001 0050", "03 00 0050", "03 05 6C6F63616C 0050")] string address,
        [Values] bool octetByOctet)
    {
        using var both = new ScriptedServer(connection =>
        {
            Answer(connection, ["05 00", ""]);
            byte[] reply =
            [
                .. Hex.Bytes("05 00 00" + address),
                .. Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
            ];
            foreach (byte[] piece in octetByOctet ? reply.Select(octet => new[] { octet }) : [reply])
                connection.SendRaw(piece);
            string key = connection.ReadRequest()["Sec-WebSocket-Key"]!;
            connection.SendAscii("Connection: Upgrade\r\nSec-WebSocket-Accept: " + ServerConnection.AcceptFor(key) + "\r\n\r\n");
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = ThroughProxy.Connect(Target, AsProxy(both));

        client.Ping(Soon).Should().BePositive();
    }

    [Test]
    public void Server_that_the_proxy_cannot_reach_is_told()
    {
        using TestProxy proxy = StartProxy(credentials: null);

        WebSocketConnectException failure = ThroughProxy.FailureOf(new Uri("ws://nobody.invalid/"), proxy.AsWebProxy());

        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        failure.Message.Should().Contain("did not connect to the server");
        failure.Response.Should().BeNull();
    }

    [TestCase("ws://echo.example/", WebSocketConnectStage.Handshake)]
    [TestCase("wss://echo.example/", WebSocketConnectStage.Tls)]
    public void What_goes_wrong_behind_the_open_tunnel_is_not_the_proxys_doing(string uri, WebSocketConnectStage stage)
    {
        using ScriptedServer proxy = Answering("05 00", "05 00 00 01 7F000001 0050");

        ThroughProxy.FailureOf(new Uri(uri), AsProxy(proxy)).Stage.Should().Be(stage);
    }

    private static TestProxy StartProxy(NetworkCredential? credentials) => new(TestProxyKind.Socks5, new TestProxyOptions { Credentials = credentials });

    private static ScriptedServer Answering(params string[] answers) => new(connection => Answer(connection, answers));

    // Each request of the client is one write, and so one read here. Of all the answers together no more octets are sent than the limit.
    private static void Answer(ServerConnection connection, string[] answers, int limit = int.MaxValue)
    {
        byte[] request = new byte[1024];
        foreach (byte[] answer in answers.Select(Hex.Bytes))
        {
            if (limit == 0 || connection.Stream.Read(request, 0, request.Length) == 0)
                return;
            int length = Math.Min(limit, answer.Length);
            connection.SendRaw(answer.Take(length).ToArray());
            limit -= length;
        }
    }

    private static WebSocketConnectException FailureOf(ScriptedServer proxy, NetworkCredential? credentials = null)
    {
        WebSocketConnectException failure = ThroughProxy.FailureOf(Target, AsProxy(proxy, credentials));
        failure.Stage.Should().Be(WebSocketConnectStage.Proxy);
        (failure.InnerException is TimeoutException).Should().BeFalse();
        return failure;
    }

    private static TestWebProxy AsProxy(ScriptedServer server, ICredentials? credentials = null) =>
        new(new Uri("socks5://127.0.0.1:" + server.Port)) { Credentials = credentials };
}
