using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
public sealed class WebSocketClientExtensionsTests
{
    private static readonly WebSocketMessage One = WebSocketMessage.FromText("1");
    private static readonly WebSocketMessage Two = WebSocketMessage.FromBinary([2]);

    private delegate bool TryReceive(TimeSpan timeout, out WebSocketMessage message);

    [Test]
    public void Missing_client_is_refused_before_the_enumeration()
    {
        Action call = () => WebSocketClientExtensions.ReceiveAll(null!);

        call.Should().Throw<ArgumentNullException>().WithParameterName("client");
    }

    [TestCase(WebSocketCloseCause.LocalClose, null)]
    [TestCase(WebSocketCloseCause.RemoteClose, null)]
    [TestCase(WebSocketCloseCause.RemoteClose, 1000)]
    [TestCase(WebSocketCloseCause.RemoteClose, 1001)]
    public void Enumeration_ends_quietly_on_a_normal_closure(WebSocketCloseCause cause, int? status)
    {
        Mock<IWebSocketClient> client = Receiving(Closed(cause, status));

        client.Object.ReceiveAll().Should().Equal(One, Two);
    }

    [TestCase(WebSocketCloseCause.RemoteClose, 1011)]
    [TestCase(WebSocketCloseCause.RemoteClose, 4000)]
    [TestCase(WebSocketCloseCause.NetworkError, null)]
    [TestCase(WebSocketCloseCause.NetworkError, 1000)]
    [TestCase(WebSocketCloseCause.HeartbeatTimeout, null)]
    [TestCase(WebSocketCloseCause.ProtocolError, 1000)]
    [TestCase(WebSocketCloseCause.Aborted, null)]
    public void Any_other_end_throws_after_the_last_message(WebSocketCloseCause cause, int? status)
    {
        WebSocketClosedException end = Closed(cause, status);
        List<WebSocketMessage> received = [];

        Action enumerate = () => received.AddRange(OneByOne(Receiving(end).Object.ReceiveAll(), received));

        enumerate.Should().Throw<WebSocketClosedException>().Which.Should().BeSameAs(end);
        received.Should().Equal(One, Two);
    }

    [Test]
    public void Nothing_is_received_before_it_is_asked_for_and_the_client_is_left_open()
    {
        Mock<IWebSocketClient> client = Receiving(Closed(WebSocketCloseCause.LocalClose, null));
        IEnumerable<WebSocketMessage> messages = client.Object.ReceiveAll();
        client.Verify(c => c.Receive(), Times.Never());

        messages.First().Should().Be(One);

        client.Verify(c => c.Receive(), Times.Once());
        client.Verify(c => c.Close(), Times.Never());
        client.Verify(c => c.Dispose(), Times.Never());
    }

    [Test]
    public void Token_ends_the_enumeration_and_no_message_is_lost()
    {
        using CancellationTokenSource source = new();
        Queue<WebSocketMessage?> arrivals = new([null, One, null, Two]);
        Mock<IWebSocketClient> client = new();
        client.Setup(c => c.TryReceive(It.IsAny<TimeSpan>(), out It.Ref<WebSocketMessage>.IsAny)).Returns((TryReceive)((TimeSpan _, out WebSocketMessage message) =>
        {
            WebSocketMessage? next = arrivals.Dequeue();
            message = next ?? default;
            return next is not null;
        }));
        List<WebSocketMessage> received = [];

        Action enumerate = () =>
        {
            foreach (WebSocketMessage message in client.Object.ReceiveAll(source.Token))
            {
                received.Add(message);
                source.Cancel();
            }
        };

        enumerate.Should().Throw<OperationCanceledException>();
        received.Should().Equal(One);
        arrivals.Should().HaveCount(2);
    }

    private static Mock<IWebSocketClient> Receiving(WebSocketClosedException end)
    {
        Mock<IWebSocketClient> client = new(MockBehavior.Loose);
        client.SetupSequence(c => c.Receive()).Returns(One).Returns(Two).Throws(end);
        return client;
    }

    private static WebSocketClosedException Closed(WebSocketCloseCause cause, int? status) => new(
        "end", cause, status is { } code ? new WebSocketCloseFrame((WebSocketCloseStatus)code, "") : null, sent: null, receivedFirst: true, innerException: null);

    private static IEnumerable<WebSocketMessage> OneByOne(IEnumerable<WebSocketMessage> messages, List<WebSocketMessage> received)
    {
        foreach (WebSocketMessage message in messages)
            received.Add(message);
        return [];
    }
}
