using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
public sealed class RetryAfterTests
{
    private const string Date = "Wed, 21 Oct 2015 07:28:00 GMT";

    [TestCase("0", 0)]
    [TestCase("120", 120)]
    [TestCase("007", 7)]
    [TestCase("2147483647", int.MaxValue)]
    [SetCulture("tr-TR")]
    public void Seconds_are_counted(string text, int seconds) => Read(text, Date).Should().Be(TimeSpan.FromSeconds(seconds));

    [TestCase("Wed, 21 Oct 2015 07:28:01 GMT", 1)]
    [TestCase("Wed, 21 Oct 2015 08:28:00 GMT", 3600)]
    [TestCase("Thu, 22 Oct 2015 07:28:00 GMT", 86_400)]
    [TestCase("Mon, 29 Feb 2016 07:28:00 GMT", 131 * 86_400)]
    [SetCulture("tr-TR")]
    public void Date_is_counted_from_the_answers_own(string text, int seconds) => Read(text, Date).Should().Be(TimeSpan.FromSeconds(seconds));

    [TestCase(Date)]
    [TestCase("Tue, 20 Oct 2015 07:28:00 GMT")]
    public void Date_that_is_past_is_now(string text) => Read(text, Date).Should().Be(TimeSpan.Zero);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("yesterday")]
    [TestCase("Wed, 21 Oct 2015")]
    public void Date_without_one_to_count_from_says_nothing(string? date) => Read("Wed, 21 Oct 2015 08:28:00 GMT", date).Should().BeNull();

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(" 5")]
    [TestCase("5 ")]
    [TestCase("5 6")]
    [TestCase("-5")]
    [TestCase("+5")]
    [TestCase("5.5")]
    [TestCase("5,5")]
    [TestCase("1e3")]
    [TestCase("0x5")]
    [TestCase("soon")]
    [TestCase("2147483648")]
    [TestCase("9223372036854775808")]
    [TestCase("999999999999999999999999999999")]
    [TestCase("Thu, 21 Oct 2015 08:28:00 GMT")]
    [TestCase("Wed, 21 Oct 2015 08:28:00 CET")]
    [TestCase("Wed, 21 Oct 2015 25:28:00 GMT")]
    [TestCase("Wed, 32 Oct 2015 08:28:00 GMT")]
    public void What_means_nothing_says_nothing(string text) => Read(text, Date).Should().BeNull();

    [Test]
    public void Two_that_differ_say_nothing()
    {
        WebSocketHeaders headers = new() { { "Retry-After", "5" }, { "retry-after", "6" } };

        RetryAfter.Read(headers).Should().BeNull();
    }

    [Test]
    public void Answer_without_it_says_nothing()
    {
        RetryAfter.Read(new WebSocketHeaders()).Should().BeNull();
        new WebSocketConnectException("refused").RetryAfter.Should().BeNull();
    }

    [TestCase("429")]
    [TestCase("503")]
    public void Exception_of_a_refusal_shows_it_and_says_so(string status)
    {
        using AnsweringServer server = new(_ => [status, "Retry-After: \t 7 "]);

        WebSocketConnectException failure = TestClient.FailureOf(() => TestClient.Connect(server.Uri).Dispose());

        failure.RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
        failure.Message.Should().Contain("RetryAfter");
    }

    private static TimeSpan? Read(string text, string? date)
    {
        WebSocketHeaders headers = new() { { "Retry-After", text } };
        if (date is not null)
            headers.Add("Date", date);
        WebSocketHandshakeResponse response = new(503, "Busy", headers);
        return new WebSocketConnectException("busy", WebSocketConnectStage.Handshake, innerException: null, response, body: null).RetryAfter;
    }
}
