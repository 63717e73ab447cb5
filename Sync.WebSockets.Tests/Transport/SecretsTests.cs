using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>However an attempt to connect goes: no log, no exception and no thread's name holds a password, a token, a cookie or a query.</summary>
[TestFixture]
[NonParallelizable]
[Category("H3")]
internal sealed class SecretsTests
{
    // Every secret has it inside.
    private const string Secret = "s3cr3t";
    private const string Password = Secret + "-password";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // From each of the three offsets in a text of base64.
    private static readonly string[] Forms = [Secret, .. Enumerable.Range(0, 3).Select(InBase64)];

    [Test]
    public void Search_finds_a_secret_in_every_form()
    {
        foreach (string user in new[] { "", "u", "us", "use", "user" })
            IsSecret("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + Password))).Should().BeTrue();
        IsSecret("the S3CR3T").Should().BeTrue();
        IsSecret("nothing").Should().BeFalse();
    }

    // Header lines are parted by |.
    [TestCase("101", "Set-Cookie: s3cr3t=s3cr3t; Path=/")]
    [TestCase("101", "Set-Cookie: s3cr3t; Domain=example.com")]
    [TestCase("200", "X-Token: s3cr3t")]
    [TestCase("302", "")]
    [TestCase("302", "Location: /next?s3cr3t")]
    [TestCase("302", "Location: https://u:s3cr3t@127.0.0.1/")]
    [TestCase("302", "Location: http://127.0.0.1:99999/?s3cr3t")]
    [TestCase("302", "Location: ws://127.0.0.1:1/?s3cr3t")]
    [TestCase("401", "WWW-Authenticate: Basic realm=\"s3cr3t\"")]
    [TestCase("401", "WWW-Authenticate: Digest realm=\"x\", nonce=\"s3cr3t\", qop=\"auth\"")]
    [TestCase("401", "WWW-Authenticate: Negotiate s3cr3t|Set-Cookie: s3cr3t")]
    [TestCase("403", "Set-Cookie: s3cr3t=s3cr3t; Path=/")]
    [TestCase("407", "Proxy-Authenticate: Basic realm=\"s3cr3t\"")]
    [TestCase("426", "Upgrade: s3cr3t")]
    [TestCase("503", "Retry-After: s3cr3t")]
    public void Answer_of_the_server_gives_no_secret_away(string status, string lines)
    {
        using AnsweringServer server = new(_ => [status, .. lines.Split(['|'], StringSplitOptions.RemoveEmptyEntries)]);

        ShouldGiveNothingAway(server.Uri);

        server.Requests.Should().NotBeEmpty();
    }

    [TestCase("WWW-Authenticate: Basic realm=\"x\"")]
    [TestCase("WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256")]
    public void Connection_behind_a_password_and_a_redirect_gives_no_secret_away(string challenge)
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? ["401", challenge]
            : request.Target.StartsWith("/next", StringComparison.Ordinal) ? ["101"]
            : ["302", "Location: /next?s3cr3t"]);

        ShouldGiveNothingAway(server.Uri).Should().BeNull("it opens");
    }

    [Test]
    public void Userinfo_gives_no_secret_away()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? ["401", "WWW-Authenticate: Basic realm=\"x\""] : ["101"]);
        Uri uri = new UriBuilder(server.Uri) { UserName = Secret, Password = Password }.Uri;

        ShouldGiveNothingAway(uri, o => o.UseUserInfo = true).Should().BeNull("it opens");
        ShouldGiveNothingAway(uri).Should().BeAssignableTo<ArgumentException>();
        Action connect = () => WebSocketClient.Connect("ws://user:s3cr3t@[/");
        connect.Should().Throw<ArgumentException>().Which.ToString().Should().NotContain(Secret);
    }

    [Test]
    public void Bad_cookie_of_the_programs_own_gives_no_secret_away()
    {
        using ScriptedServer server = new(connection => connection.WaitForDisconnect());
        CookieContainer cookies = new();
        cookies.Add(new Uri("http://127.0.0.1/"), new Cookie("id", "s3cr3t\u20AC"));

        ShouldGiveNothingAway(server.Uri, o => o.Cookies = cookies).Should().BeOfType<WebSocketConnectException>();
    }

    [TestCase("untrusted")]
    [TestCase("no TLS")]
    public void Failure_of_TLS_gives_no_secret_away(string fault)
    {
        using ScriptedServer server = TestServer.Start(tls: fault == "untrusted", connection => connection.SendAscii("HTTP/1.1 400 Bad Request\r\n\r\n"));
        Uri uri = new(FormattableString.Invariant($"wss://localhost:{server.Port}/"));

        ShouldGiveNothingAway(uri, o => o.RemoteCertificateValidationCallback = (_, _, _, _) => false)
            .Should().BeOfType<WebSocketConnectException>().Which.Stage.Should().Be(WebSocketConnectStage.Tls);
    }

    [Test]
    public void Attempt_that_takes_too_long_gives_no_secret_away()
    {
        using ScriptedServer mute = new(connection => connection.WaitForDisconnect());

        ShouldGiveNothingAway(mute.Uri, o => o.ConnectTimeout = TimeSpan.FromMilliseconds(200))
            .Should().BeOfType<WebSocketConnectException>().Which.InnerException.Should().BeOfType<TimeoutException>();
    }

    [TestCase("")]
    [TestCase("garbage\r\n\r\n")]
    public void Answer_that_is_none_gives_no_secret_away(string answer)
    {
        using ScriptedServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii(answer);
        });

        ShouldGiveNothingAway(server.Uri).Should().BeOfType<WebSocketConnectException>();
    }

    [Test]
    public void Nobody_there_gives_no_secret_away()
    {
        ShouldGiveNothingAway(new Uri("ws://127.0.0.1:" + FreePort.Next())).Should().BeOfType<WebSocketConnectException>();
        ShouldGiveNothingAway(new Uri("ws://nowhere.example/")).Should().BeOfType<WebSocketConnectException>()
            .Which.Stage.Should().Be(WebSocketConnectStage.Dns);
    }

    [Test]
    public void Refusal_of_a_proxy_gives_no_secret_away([Values] TestProxyKind kind)
    {
        using TestProxy proxy = new(kind, new TestProxyOptions { Credentials = new NetworkCredential("other", "other") });
        Uri address = new UriBuilder(proxy.Uri) { UserName = "user", Password = Password }.Uri;

        ShouldFailAtProxy(o => o.Proxy = new TestWebProxy(address));
        ShouldFailAtProxy(o => o.Proxy = proxy.AsWebProxy(new NetworkCredential("user", Password)));
        ShouldFailAtProxy(_ => { }, variable: address.AbsoluteUri);
    }

    [TestCase("ftp://user:s3cr3t@127.0.0.1/")]
    [TestCase("http://user:s3cr3t@127.0.0.1:0/")]
    [TestCase("http://user:s3cr3t@[/")]
    [TestCase("http://user:s3cr3t@127.0.0.1/?s3cr3t")]
    [TestCase("s3cr3t s3cr3t")]
    public void Proxy_of_the_environment_that_is_none_gives_no_secret_away(string variable) => ShouldFailAtProxy(_ => { }, variable);

    private static void ShouldFailAtProxy(Action<WebSocketClientOptions> configure, string? variable = null) =>
        ShouldGiveNothingAway(new Uri("ws://example.com/"), configure, variable)
            .Should().BeOfType<WebSocketConnectException>().Which.Stage.Should().Be(WebSocketConnectStage.Proxy);

    // With secrets everywhere; looks at all that anybody could see. Null: it opened.
    private static Exception? ShouldGiveNothingAway(Uri uri, Action<WebSocketClientOptions>? configure = null, string? variable = null)
    {
        using RecordingLoggerFactory log = new();
        ConcurrentQueue<string> shown = new();
        ClientEnvironment environment = new()
        {
            Resolve = host => host == "localhost" ? (IPAddress[])[IPAddress.Loopback] : throw new SocketException((int)SocketError.HostNotFound),
            Variable = name => name == "all_proxy" ? variable : null,
            SystemProxy = () => null,
            StartThread = thread =>
            {
                shown.Enqueue(thread.Name!);
                thread.Start();
            },
        };
        Exception? failure = null;
        try
        {
            using WebSocketClient client = WebSocketClient.Connect(
                new UriBuilder(uri) { Query = "q=" + Secret }.Uri, Options(log, configure), environment, default);
            shown.Enqueue(Convert.ToString(client, CultureInfo.InvariantCulture)!);
            shown.Enqueue(client.Uri.GetLeftPart(UriPartial.Path) + client.Response + client.Response.Headers);
            client.Send(Secret);
            client.Receive(Soon);
        }
        catch (Exception e) when (e is WebSocketConnectException or ArgumentException)
        {
            failure = e;
            shown.Enqueue(e.ToString());
            shown.Enqueue((e as WebSocketConnectException)?.Response?.ToString() ?? "");
        }
        Wait.Until(() => failure is ArgumentException || log.Named("Closed").Concat(log.Named("ConnectFailed")).Any(), "the end is logged");
        shown.Concat(log.Entries.Select(entry => entry.Text)).Where(IsSecret).Should().BeEmpty();
        return failure;
    }

    private static WebSocketClientOptions Options(RecordingLoggerFactory log, Action<WebSocketClientOptions>? configure) => TestClient.Options(options =>
    {
        options.LoggerFactory = log;
        options.MaxRedirects = 3;
        options.Credentials = new NetworkCredential("user", Password);
        options.Cookies = new CookieContainer();
        options.Cookies.Add(new Uri("http://127.0.0.1/"), new Cookie("kept", Secret));
        options.Headers["X-Token"] = Secret;
        options.Headers["Cookie"] = "id=" + Secret;
        configure?.Invoke(options);
    });

    private static bool IsSecret(string text) => Forms.Any(form => text.IndexOf(form, StringComparison.OrdinalIgnoreCase) >= 0);

    // What of it depends on its neighbours is cut off.
    private static string InBase64(int offset)
    {
        string text = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', offset) + Secret));
        int first = offset == 0 ? 0 : offset + 1;
        int whole = (offset + Secret.Length) * 8 / 6;
        return text.Substring(first, whole - first);
    }
}
