using System;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using Moq;
using NUnit.Framework;

namespace Sync.WebSockets;

/// <summary>What a user's tests do with the interface: everything a mock has to return or throw can be made.</summary>
public sealed class WebSocketClientMockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Mock<IWebSocketClient> _mock = new(MockBehavior.Strict);

    private IWebSocketClient Client => _mock.Object;

    [Test]
    public void Mock_notes_what_was_sent()
    {
        byte[] bytes = [1, 2, 3];
        _mock.Setup(c => c.Send(It.IsAny<string>()));
        _mock.Setup(c => c.Send(It.IsAny<byte[]>()));
        _mock.Setup(c => c.Send(It.IsAny<byte[]>(), It.IsAny<WebSocketMessageType>()));

        Client.Send("hello");
        Client.Send(bytes);
        Client.Send(bytes, WebSocketMessageType.Text);

        _mock.Verify(c => c.Send("hello"), Times.Once);
        _mock.Verify(c => c.Send(bytes), Times.Once);
        _mock.Verify(c => c.Send(bytes, WebSocketMessageType.Text), Times.Once);
    }

    [Test]
    public void Mock_receives_what_it_was_told()
    {
        _mock.Setup(c => c.Receive()).Returns(WebSocketMessage.FromText("now"));
        _mock.Setup(c => c.Receive(Second)).Throws<TimeoutException>();

        Client.Receive().Text.Should().Be("now");
        Client.Invoking(c => c.Receive(Second)).Should().Throw<TimeoutException>();
    }

    [Test]
    public void Mock_fills_the_out_parameter_of_TryReceive()
    {
        WebSocketMessage next = WebSocketMessage.FromBinary([7]);
        _mock.Setup(c => c.TryReceive(Second, out next)).Returns(true);

        Client.TryReceive(Second, out WebSocketMessage message).Should().BeTrue();

        message.Should().Be(WebSocketMessage.FromBinary([7]));
    }

    [Test]
    public void Mock_pings()
    {
        _mock.Setup(c => c.Ping(Second)).Returns(TimeSpan.FromMilliseconds(3));

        Client.Ping(Second).Should().Be(TimeSpan.FromMilliseconds(3));
    }

    [Test]
    public void Mock_changes_its_state_when_it_is_closed()
    {
        var state = WebSocketState.Open;
        _mock.Setup(c => c.State).Returns(() => state);
        _mock.Setup(c => c.CloseStatus).Returns(WebSocketCloseStatus.NormalClosure);
        _mock.Setup(c => c.Close(WebSocketCloseStatus.NormalClosure, "bye")).Callback(() => state = WebSocketState.Closed);
        _mock.Setup(c => c.Close());
        _mock.Setup(c => c.Abort()).Callback(() => state = WebSocketState.Aborted);
        _mock.Setup(c => c.Dispose());

        using (IWebSocketClient client = Client)
        {
            client.State.Should().Be(WebSocketState.Open);
            client.Close(WebSocketCloseStatus.NormalClosure, "bye");
            client.State.Should().Be(WebSocketState.Closed);
            client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
            client.Close();
            client.Abort();
            client.State.Should().Be(WebSocketState.Aborted);
        }

        _mock.Verify(c => c.Dispose(), Times.Once);
    }

    [Test]
    public void Loop_over_a_mock_ends_with_its_normal_closure()
    {
        _mock.SetupSequence(c => c.Receive())
            .Returns(WebSocketMessage.FromText("one"))
            .Returns(WebSocketMessage.FromText("two"))
            .Throws(Closed(WebSocketCloseCause.RemoteClose, WebSocketCloseStatus.NormalClosure));

        Client.ReceiveAll().Select(message => message.Text).Should().Equal("one", "two");
    }

    [Test]
    public void Loop_over_a_mock_throws_any_other_end()
    {
        _mock.Setup(c => c.Receive()).Throws(Closed(WebSocketCloseCause.RemoteClose, WebSocketCloseStatus.InternalServerError));

        Client.Invoking(c => c.ReceiveAll().Count()).Should().Throw<WebSocketClosedException>()
            .Which.CloseStatus.Should().Be(WebSocketCloseStatus.InternalServerError);
    }

    private static WebSocketClosedException Closed(WebSocketCloseCause cause, WebSocketCloseStatus status)
    {
        WebSocketCloseFrame frame = new(status, "mock");
        return new WebSocketClosedException("The server closed.", cause, frame, frame, receivedFirst: true, innerException: null);
    }
}
