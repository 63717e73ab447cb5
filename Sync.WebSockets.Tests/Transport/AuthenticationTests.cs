using System;
using System.Linq;
using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Challenges of a server, and what they are answered with; the server checks it on its own.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AuthenticationTests
{
    private const string BasicChallenge = "WWW-Authenticate: Basic realm=\"x\"";
    private const string Sha256Challenge = "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256";
    private const string Md5Challenge = "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=MD5";

    private static readonly NetworkCredential User = new("user", "pass:word");

    [TestCase("user", "password")]
    [TestCase("user", "pass:word")]
    [TestCase("user", "")]
    [TestCase("\u00FCser", "\u20AC")]
    public void Basic_challenge_is_answered(string user, string password)
    {
        using AnsweringServer server = new(request => request["Authorization"] == Basic(user, password) ? ["101"] : ["401", BasicChallenge]);

        Connect(server.Uri, o => o.Credentials = new NetworkCredential(user, password));

        server.Join();
        server.Requests.Select(request => request["Authorization"] is not null).Should().Equal(false, true);
    }

    [TestCase(Md5Challenge)]
    [TestCase(Sha256Challenge)]
    public void Digest_challenge_is_answered(string challenge)
    {
        using AnsweringServer server = new(request => IsRightDigest(request, "n") ? ["101"] : ["401", challenge]);

        Connect(new Uri(server.Uri, "/feed?a=b,c"), o => o.Credentials = User);

        server.Join();
        server.Requests.Should().HaveCount(2);
    }

    [TestCase(BasicChallenge, Md5Challenge, Sha256Challenge, "SHA-256")]
    [TestCase(Sha256Challenge, BasicChallenge, Md5Challenge, "SHA-256")]
    [TestCase("WWW-Authenticate: Negotiate, NTLM", BasicChallenge, Md5Challenge, "MD5")]
    [TestCase(BasicChallenge + ", Digest realm=\"x\", nonce=\"n\", qop=auth, algorithm=MD5", "X-Else: y", "WWW-Authenticate: Negotiate", "MD5")]
    public void Strongest_of_the_challenges_over_all_lines_is_answered(string first, string second, string third, string algorithm)
    {
        using AnsweringServer server = new(request => IsRightDigest(request, "n") ? ["101"] : ["401", first, second, third]);

        Connect(server.Uri, o => o.Credentials = User);

        server.Join();
        DigestCheck.Parameters(server.Requests[1]["Authorization"]!)["algorithm"].Should().Be(algorithm);
    }

    [TestCase(BasicChallenge)]
    [TestCase(Md5Challenge)]
    [TestCase(Sha256Challenge)]
    public void Wrong_password_is_tried_once_and_told(string challenge)
    {
        using AnsweringServer server = new(_ => ["401", challenge]);

        WebSocketConnectException failure = Refused(server.Uri, o => o.Credentials = new NetworkCredential("user", "secret"));

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Response!.StatusCode.Should().Be(401);
        failure.Message.Should().Contain("user name and password").And.NotContain("secret");
        server.Join();
        server.Requests.Should().HaveCount(2);
    }

    [Test]
    public void Nonce_that_was_too_old_is_renewed()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? ["401", Sha256Challenge]
            : IsRightDigest(request, "fresh") ? ["101"]
            : ["401", "WWW-Authenticate: Digest realm=\"x\", nonce=\"fresh\", qop=\"auth\", algorithm=SHA-256, stale=true"]);

        Connect(server.Uri, o => o.Credentials = User);

        server.Join();
        server.Requests.Should().HaveCount(3);
    }

    [Test]
    public void Nonce_is_renewed_once()
    {
        int nonces = 0;
        using AnsweringServer server = new(_ =>
            ["401", FormattableString.Invariant($"WWW-Authenticate: Digest realm=\"x\", nonce=\"{++nonces}\", qop=\"auth\", stale=true")]);

        Refused(server.Uri, o => o.Credentials = User).Response!.StatusCode.Should().Be(401);

        server.Join();
        server.Requests.Should().HaveCount(3);
    }

    [Test]
    public void Without_credentials_the_challenge_is_told_at_once()
    {
        using AnsweringServer server = new(_ => ["401", BasicChallenge]);

        WebSocketConnectException failure = Refused(server.Uri, _ => { });

        failure.Message.Should().Contain("Credentials").And.Contain("Authorization");
        failure.Response!.Headers["WWW-Authenticate"].Should().Be("Basic realm=\"x\"");
        server.Join();
        server.Requests.Should().HaveCount(1);
    }

    [TestCase("WWW-Authenticate: Negotiate")]
    [TestCase("WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256")]
    [TestCase("X-Else: y")]
    public void Challenge_that_has_no_answer_is_told_at_once(string challenge)
    {
        using AnsweringServer server = new(_ => ["401", challenge]);

        Refused(server.Uri, o => o.Credentials = User).Response!.StatusCode.Should().Be(401);

        server.Join();
        server.Requests.Should().HaveCount(1);
    }

    [Test]
    public void Credentials_of_the_system_are_none_that_could_be_sent()
    {
        using AnsweringServer server = new(_ => ["401", BasicChallenge]);

        Refused(server.Uri, options =>
        {
            options.Credentials = CredentialCache.DefaultCredentials;
            options.PreAuthenticate = true;
        });

        server.Join();
        server.Requests.Should().ContainSingle().Which["Authorization"].Should().BeNull();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Authorization_header_of_the_callers_own_wins(bool preAuthenticate)
    {
        using AnsweringServer server = new(_ => ["401", BasicChallenge]);

        WebSocketConnectException failure = Refused(server.Uri, options =>
        {
            options.Headers["authorization"] = "Bearer secret";
            options.Credentials = User;
            options.PreAuthenticate = preAuthenticate;
        });

        failure.Message.Should().Contain("Authorization header");
        failure.ToString().Should().NotContain("secret");
        server.Join();
        server.Requests.Should().ContainSingle().Which["Authorization"].Should().Be("Bearer secret");
    }

    [Test]
    public void Cache_of_credentials_is_asked_by_scheme()
    {
        using AnsweringServer server = new(request =>
            request["Authorization"] == Basic("user", "pass:word") ? ["101"] : ["401", Sha256Challenge, BasicChallenge]);
        CredentialCache cache = new()
        {
            { server.Uri, "Basic", User },
            { new Uri("ws://other.example/"), "Digest", new NetworkCredential("other", "password") },
        };

        Connect(server.Uri, o => o.Credentials = cache);

        server.Join();
        server.Requests.Should().HaveCount(2);
    }

    [Test]
    public void Cache_of_credentials_may_name_the_server_as_over_HTTP()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? ["401", BasicChallenge] : ["101"]);
        CredentialCache cache = new() { { new UriBuilder(server.Uri) { Scheme = "http" }.Uri, "Basic", User } };

        Connect(server.Uri, o => o.Credentials = cache);

        server.Join();
        server.Requests.Should().HaveCount(2);
    }

    [Test]
    public void PreAuthenticate_sends_the_password_with_the_first_request()
    {
        using AnsweringServer server = new(_ => ["101"]);

        Connect(server.Uri, Preempt);

        server.Join();
        server.Requests.Should().ContainSingle().Which["Authorization"].Should().Be(Basic("user", "pass:word"));
    }

    [Test]
    public void PreAuthenticate_does_not_try_the_same_again()
    {
        using AnsweringServer server = new(_ => ["401", BasicChallenge]);

        Refused(server.Uri, Preempt).Message.Should().Contain("user name and password");

        server.Join();
        server.Requests.Should().HaveCount(1);
    }

    [Test]
    public void PreAuthenticate_still_answers_a_stronger_challenge()
    {
        using AnsweringServer server = new(request => IsDigest(request) && IsRightDigest(request, "n") ? ["101"] : ["401", BasicChallenge, Sha256Challenge]);

        Connect(server.Uri, Preempt);

        server.Join();
        server.Requests.Select(IsDigest).Should().Equal(false, true);
    }

    [TestCase("us3r:us3r", "s3cr3t", "colon")]
    [TestCase("us3r", "s3cr3t\ns3cr3t", "control character")]
    public void Credentials_that_cannot_be_sent_are_told_and_not_shown(string user, string password, string told)
    {
        using AnsweringServer server = new(_ => ["401", BasicChallenge]);

        WebSocketConnectException failure = Refused(server.Uri, o => o.Credentials = new NetworkCredential(user, password));

        failure.Stage.Should().Be(WebSocketConnectStage.Handshake);
        failure.Message.Should().Contain(told);
        failure.ToString().Should().NotContain("us3r").And.NotContain("s3cr3t");
    }

    // Called on the connection's own thread, so what it throws must not end the process.
    [Test]
    public void Credentials_that_throw_fail_the_attempt_with_their_exception_inside()
    {
        using AnsweringServer server = new(_ => ["401", BasicChallenge]);
        InvalidOperationException fault = new("boom");

        Refused(server.Uri, o => o.Credentials = new ThrowingCredentials(fault)).InnerException.Should().BeSameAs(fault);
    }

    private static bool IsDigest(ServerRequest request) => request["Authorization"]?.StartsWith("Digest ", StringComparison.Ordinal) == true;

    private static bool IsRightDigest(ServerRequest request, string nonce) =>
        request["Authorization"] is not null && DigestCheck.IsRight(request, nonce, User.UserName, User.Password);

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password));

    private static void Preempt(WebSocketClientOptions options)
    {
        options.Credentials = User;
        options.PreAuthenticate = true;
    }

    private static void Connect(Uri uri, Action<WebSocketClientOptions> configure)
    {
        using WebSocketClient client = TestClient.Connect(uri, configure);
        client.Send("hello");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }

    private static WebSocketConnectException Refused(Uri uri, Action<WebSocketClientOptions> configure) =>
        TestClient.FailureOf(() => TestClient.Connect(uri, configure).Dispose());

    private sealed class ThrowingCredentials(Exception fault) : ICredentials
    {
        public NetworkCredential GetCredential(Uri uri, string authType) => throw fault;
    }
}
