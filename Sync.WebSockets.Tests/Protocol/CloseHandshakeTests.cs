using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol;

[TestFixture]
internal sealed class CloseHandshakeTests
{
    private static readonly WebSocketCloseFrame Normal = new(WebSocketCloseStatus.NormalClosure, "bye");
    private static readonly WebSocketCloseFrame Away = new(WebSocketCloseStatus.EndpointUnavailable, "away");

    [TestCase("", WebSocketState.Open)]
    [TestCase("S", WebSocketState.CloseSent)]
    [TestCase("R", WebSocketState.CloseReceived)]
    [TestCase("SR", WebSocketState.Closed)]
    [TestCase("RS", WebSocketState.Closed)]
    [TestCase("E", WebSocketState.Closed)]
    [TestCase("SE", WebSocketState.Closed)]
    [TestCase("RE", WebSocketState.Closed)]
    public void State_follows_from_the_facts(string facts, WebSocketState state) => After(facts).State.Should().Be(state);

    [TestCase("SR", false)]
    [TestCase("RS", true)]
    [TestCase("R", true)]
    [TestCase("S", false)]
    [TestCase("SRR", false)]
    [TestCase("BR", false)]
    [TestCase("BRS", false)]
    public void Which_frame_came_first_is_remembered(string facts, bool receivedFirst) =>
        After(facts).ReceivedFirst.Should().Be(receivedFirst);

    [TestCase("", false)]
    [TestCase("S", false)]
    [TestCase("R", false)]
    [TestCase("SR", true)]
    [TestCase("E", false)]
    public void Handshake_is_complete_once_both_frames_have_passed(string facts, bool complete) =>
        After(facts).IsComplete.Should().Be(complete);

    [Test]
    public void First_frame_of_each_side_stands()
    {
        CloseHandshake close = new();
        close.Send(Normal);
        close.Send(Away);
        close.Receive(Away);
        close.Receive(Normal);

        close.Sent.Should().Be(Normal);
        close.Received.Should().Be(Away);
    }

    private static CloseHandshake After(string facts)
    {
        CloseHandshake close = new();
        foreach (char fact in facts)
        {
            switch (fact)
            {
                case 'B':
                    close.BeginSend();
                    break;
                case 'S':
                    close.Send(Normal);
                    break;
                case 'R':
                    close.Receive(Away);
                    break;
                default:
                    close.End();
                    break;
            }
        }
        return close;
    }
}
