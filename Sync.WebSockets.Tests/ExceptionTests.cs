using System;
using System.IO;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
public sealed class ExceptionTests
{
    private static readonly Exception Inner = new InvalidOperationException("inner");

    [TestCase(typeof(WebSocketClientException))]
    [TestCase(typeof(WebSocketClosedException))]
    [TestCase(typeof(WebSocketConnectException))]
    public void Exception_can_be_made_in_the_three_usual_ways(Type type)
    {
        Exception plain = (Exception)Activator.CreateInstance(type)!;
        Exception told = (Exception)Activator.CreateInstance(type, "why")!;
        Exception caused = (Exception)Activator.CreateInstance(type, "why", Inner)!;

        plain.Should().BeAssignableTo<WebSocketClientException>().And.BeAssignableTo<IOException>();
        plain.Message.Should().NotBeEmpty();
        told.Message.Should().Be("why");
        told.InnerException.Should().BeNull();
        caused.Message.Should().Be("why");
        caused.InnerException.Should().BeSameAs(Inner);
    }

    [Test]
    public void Closed_exception_holds_all_its_facts()
    {
        WebSocketCloseFrame received = new(WebSocketCloseStatus.EndpointUnavailable, "away");
        WebSocketCloseFrame sent = new(WebSocketCloseStatus.NormalClosure, null);

        WebSocketClosedException exception = new("why", WebSocketCloseCause.RemoteClose, received, sent, receivedFirst: true, Inner);

        (exception.Message, exception.Cause, exception.ReceivedClose, exception.SentClose, exception.ReceivedCloseFirst, exception.InnerException)
            .Should().Be(("why", WebSocketCloseCause.RemoteClose, received, sent, true, Inner));
        (exception.CloseStatus, exception.CloseStatusDescription).Should().Be((WebSocketCloseStatus.EndpointUnavailable, "away"));
    }

    [Test]
    public void Closed_exception_without_frames_has_no_status()
    {
        WebSocketClosedException exception = new("why", WebSocketCloseCause.NetworkError, received: null, sent: null, receivedFirst: false, innerException: null);

        (exception.CloseStatus, exception.CloseStatusDescription, exception.ReceivedClose, exception.SentClose).Should().Be((null, null, null, null));
    }

    [Test]
    public void Connect_exception_holds_all_its_facts()
    {
        WebSocketHandshakeResponse response = new(403, "Forbidden", new WebSocketHeaders());
        byte[] body = [1, 2];

        WebSocketConnectException exception = new("why", WebSocketConnectStage.Handshake, Inner, response, body);

        (exception.Message, exception.Stage, exception.InnerException).Should().Be(("why", WebSocketConnectStage.Handshake, Inner));
        exception.Response.Should().BeSameAs(response);
        exception.Body.Should().Equal(1, 2);
    }

    [Test]
    public void Connect_exception_without_an_answer_has_an_empty_body()
    {
        new WebSocketConnectException("why").Body.Should().BeEmpty();
        new WebSocketConnectException("why", WebSocketConnectStage.Tcp, null, null, null).Body.Should().BeEmpty();
    }
}
