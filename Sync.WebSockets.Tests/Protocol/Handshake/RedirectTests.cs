using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class RedirectTests
{
    private const string From = "ws://a.example/x/y?q";

    [TestCase(301, true)]
    [TestCase(302, true)]
    [TestCase(303, true)]
    [TestCase(307, true)]
    [TestCase(308, true)]
    [TestCase(101, false)]
    [TestCase(200, false)]
    [TestCase(300, false)]
    [TestCase(304, false)]
    [TestCase(305, false)]
    [TestCase(306, false)]
    [TestCase(309, false)]
    [TestCase(401, false)]
    [Category("H6")]
    public void Five_statuses_lead_elsewhere(int status, bool isMeant) => Redirect.IsMeant(status).Should().Be(isMeant);

    [TestCase("/z", "ws://a.example/z")]
    [TestCase("z?p=1", "ws://a.example/x/z?p=1")]
    [TestCase("../z", "ws://a.example/z")]
    [TestCase("?p=1", "ws://a.example/x/y?p=1")]
    [TestCase("//b.example:81/z", "ws://b.example:81/z")]
    [TestCase("ws://b.example/z", "ws://b.example/z")]
    [TestCase("wss://b.example/z", "wss://b.example/z")]
    [TestCase("http://b.example/z", "ws://b.example/z")]
    [TestCase("https://b.example/z", "wss://b.example/z")]
    [TestCase("HTTPS://B.example/z", "wss://b.example/z")]
    [TestCase("http://b.example:80/", "ws://b.example/")]
    [TestCase("https://b.example:443/", "wss://b.example/")]
    [TestCase("http://b.example:443/", "ws://b.example:443/")]
    [TestCase("https://b.example:80/", "wss://b.example:80/")]
    [TestCase("https://[2001:db8::1]:8443/z", "wss://[2001:db8::1]:8443/z")]
    [TestCase("/z?p=%2F%20", "ws://a.example/z?p=%2F%20")]
    [TestCase("/z#part", "ws://a.example/z")]
    [TestCase("http://b.example/z?p#part", "ws://b.example/z?p")]
    [Category("H6")]
    [SetCulture("tr-TR")]
    public void Location_is_followed_as_a_WebSocket(string location, string place)
    {
        Uri? target = Redirect.Follow(new Uri(From), Headers(location), out string? problem);

        target!.AbsoluteUri.Should().Be(place);
        problem.Should().BeNull();
    }

    [Test]
    [Category("H4")]
    public void Location_outside_ASCII_is_followed()
    {
        Uri target = Redirect.Follow(new Uri(From), Headers("http://b\u00FCcher.example/\u00FC"), out _)!;

        WebSocketUri.HostHeader(target).Should().Be("xn--bcher-kva.example");
        WebSocketUri.RequestTarget(target).Should().Be("/%C3%BC");
    }

    [TestCase("/z")]
    [TestCase("https://b.example/z")]
    [TestCase("wss://b.example/z")]
    public void Secure_place_is_followed_from_a_secure_one(string location) =>
        WebSocketUri.IsSecure(Redirect.Follow(new Uri("wss://a.example/"), Headers(location), out _)!).Should().BeTrue();

    [TestCase("ws://a.example/?secret")]
    [TestCase("http://a.example/?secret")]
    [TestCase("http://secret.example:443/")]
    [Category("H6")]
    public void From_wss_to_ws_nothing_is_followed(string location) => ShouldRefuse("wss://a.example/", "from wss to ws", location);

    [TestCase("http://secret.example:99999/")]
    [TestCase("ftp://a.example/?secret")]
    [TestCase("file:///secret")]
    [TestCase("mailto:secret@a.example")]
    [TestCase("javascript:secret()")]
    [TestCase("ws+unix:///secret.sock:/")]
    [Category("H6")]
    public void Location_that_is_no_place_for_a_WebSocket_is_refused(string location) => ShouldRefuse(From, "no URI of ws, wss, http or https", location);

    [TestCase("https://user:secret@a.example/", "user name or password, which nobody takes from a server")]
    [TestCase("ws://secret@a.example/", "user name")]
    [TestCase("ws://a.example:0/?secret", "its Location cannot be followed. The URI's port is 0")]
    [Category("H3")]
    [Category("H6")]
    public void Location_that_could_not_be_connected_to_is_refused_for_its_reason(string location, string told) => ShouldRefuse(From, told, location);

    [Test]
    [Category("H6")]
    public void Location_has_to_be_there_once()
    {
        ShouldRefuse(From, "0 Location headers");
        ShouldRefuse(From, "2 Location headers", "/secret", "/secret");
    }

    [TestCase("ws://a.example/", "ws://a.example/x?y", true)]
    [TestCase("ws://a.example/", "WS://A.EXAMPLE:80/", true)]
    [TestCase("wss://a.example:443/", "wss://a.example/", true)]
    [TestCase("ws://b\u00FCcher.example/", "ws://xn--bcher-kva.example/", true)]
    [TestCase("ws://a.example/", "wss://a.example:80/", false)]
    [TestCase("ws://a.example/", "ws://b.example/", false)]
    [TestCase("ws://a.example/", "ws://www.a.example/", false)]
    [TestCase("ws://a.example/", "ws://a.example:81/", false)]
    [Category("A11")]
    [SetCulture("tr-TR")]
    public void Origin_is_scheme_host_and_port(string one, string other, bool isSame)
    {
        Redirect.IsSameOrigin(new Uri(one), new Uri(other)).Should().Be(isSame);
        Redirect.IsSameOrigin(new Uri(other), new Uri(one)).Should().Be(isSame);
    }

    private static void ShouldRefuse(string from, string told, params string[] locations)
    {
        Redirect.Follow(new Uri(from), Headers(locations), out string? problem).Should().BeNull();

        problem.Should().Contain(told).And.NotContain("secret");
    }

    private static WebSocketHeaders Headers(params string[] locations)
    {
        WebSocketHeaders headers = new();
        foreach (string location in locations)
            headers.Add("Location", location);
        return headers;
    }
}
