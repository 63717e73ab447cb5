using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
public sealed class WebSocketHandshakeResponseTests
{
    [Test]
    public void A_mock_can_be_made_from_its_parts()
    {
        var headers = new WebSocketHeaders { { "Set-Cookie", "secret" } };
        var response = new WebSocketHandshakeResponse(401, "Unauthorized", headers);

        response.StatusCode.Should().Be(401);
        response.ReasonPhrase.Should().Be("Unauthorized");
        response.Headers.Should().BeSameAs(headers);
        response.ToString().Should().Be("401 Unauthorized");
        new WebSocketHandshakeResponse(101, "", headers).ToString().Should().Be("101");
    }

    [TestCase(-1)]
    [TestCase(99)]
    [TestCase(1000)]
    public void A_status_without_three_digits_is_refused(int status)
    {
        Action make = () => _ = new WebSocketHandshakeResponse(status, "", new WebSocketHeaders());

        make.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("statusCode");
    }

    [Test]
    public void Null_parts_are_refused()
    {
        Action noReason = () => _ = new WebSocketHandshakeResponse(101, null!, new WebSocketHeaders());
        Action noHeaders = () => _ = new WebSocketHandshakeResponse(101, "", null!);

        noReason.Should().Throw<ArgumentNullException>().WithParameterName("reasonPhrase");
        noHeaders.Should().Throw<ArgumentNullException>().WithParameterName("headers");
    }
}
