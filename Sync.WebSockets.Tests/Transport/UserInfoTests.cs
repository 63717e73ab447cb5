using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
[Category("H3")]
public sealed class UserInfoTests
{
    private static readonly string[] Challenge = ["401", "WWW-Authenticate: Basic realm=\"x\""];

    [TestCase("user:secret")]
    [TestCase("secret")]
    [TestCase(":secret")]
    public void Userinfo_is_refused_by_default_before_anything_is_sent(string userInfo)
    {
        using AnsweringServer server = new(_ => ["101"]);
        string uri = With(userInfo, server.Uri).OriginalString;
        Action[] connects =
        [
            () => WebSocketClient.Connect(new Uri(uri)),
            () => WebSocketClient.Connect(uri),
            () => WebSocketClient.Connect(uri, new WebSocketClientOptions { Credentials = new NetworkCredential("user", "password") }),
        ];

        foreach (Action connect in connects)
        {
            connect.Should().Throw<ArgumentException>().WithMessage("*UseUserInfo*")
                .Which.ToString().Should().NotContain("secret");
        }
        server.Requests.Should().BeEmpty();
    }

    [TestCase("user:password", "user:password")]
    [TestCase("user:p%40ss%2Fw%3Ard", "user:p@ss/w:rd")]
    [TestCase("us%20er:p%C3%A4ss", "us er:p\u00E4ss")]
    [TestCase("user", "user:")]
    public void Userinfo_answers_a_challenge_where_it_is_allowed(string userInfo, string answer)
    {
        string basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(answer));
        using AnsweringServer server = new(request => request["Authorization"] == basic ? ["101"] : Challenge);

        using (WebSocketClient client = Connect(With(userInfo, server.Uri)))
            client.Uri.Should().Be(server.Uri);

        server.Join();
        server.Requests.Select(request => request["Authorization"]).Should().Equal(null, basic);
    }

    [Test]
    public void Userinfo_takes_the_place_of_Credentials()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? Challenge : ["101"]);

        Connect(With("user:password", server.Uri), o => o.Credentials = new NetworkCredential("other", "other")).Dispose();

        server.Join();
        server.Requests[1]["Authorization"].Should().Be("Basic dXNlcjpwYXNzd29yZA==");
    }

    [Test]
    public void Without_userinfo_Credentials_are_used_also_where_it_is_allowed()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? Challenge : ["101"]);

        Connect(server.Uri, o => o.Credentials = new NetworkCredential("user", "password")).Dispose();

        server.Join();
        server.Requests[1]["Authorization"].Should().Be("Basic dXNlcjpwYXNzd29yZA==");
    }

    [Test]
    public void Userinfo_is_in_nothing_that_is_sent_or_shown_but_the_answer()
    {
        using AnsweringServer server = new(request => request["Authorization"] is null ? Challenge : ["101"]);
        using RecordingLoggerFactory log = new();

        using (WebSocketClient client = Connect(With("us3r:s3cret", server.Uri), o => o.LoggerFactory = log))
        {
            client.Send("hello");
            client.Receive(TimeSpan.FromSeconds(10));
            client.Uri.OriginalString.Should().NotContain("us3r").And.NotContain("s3cret");
            client.Uri.UserInfo.Should().BeEmpty();
        }

        server.Join();
        Wait.Until(() => log.Named("Closed").Any(), "the end is logged");
        log.Entries.Should().NotContain(entry => entry.Shows("us3r") || entry.Shows("s3cret"));
        foreach (ServerRequest request in server.Requests)
        {
            request["Host"].Should().Be(server.Uri.Authority);
            request.Text.Should().NotContain("us3r").And.NotContain("s3cret");
        }
    }

    [Test]
    public void Userinfo_is_in_no_exception()
    {
        using AnsweringServer server = new(_ => Challenge);
        using RecordingLoggerFactory log = new();
        List<Uri> uris = [With("us3r:s3cret", server.Uri), With("us3r:s3cret", new Uri("ws://127.0.0.1:" + FreePort.Next()))];

        foreach (Uri uri in uris)
        {
            string told = TestClient.FailureOf(() => Connect(uri, o => o.LoggerFactory = log).Dispose()).ToString();
            told.Should().NotContain("us3r").And.NotContain("s3cret").And.NotContain("dXMzcjpzM2NyZXQ", "that is Basic");
        }
        log.Entries.Should().HaveCount(uris.Count).And.NotContain(entry => entry.Shows("us3r") || entry.Shows("s3cret"));
    }

    private static Uri With(string userInfo, Uri uri) => new(uri.Scheme + "://" + userInfo + "@" + uri.Authority + uri.PathAndQuery);

    private static WebSocketClient Connect(Uri uri, Action<WebSocketClientOptions>? configure = null) => TestClient.Connect(uri, options =>
    {
        options.UseUserInfo = true;
        configure?.Invoke(options);
    });
}
