using System;
using System.Net.WebSockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
public sealed class WebSocketMessageTests
{
    [Test]
    public void Text_message_holds_utf8_and_gives_the_text_back()
    {
        WebSocketMessage message = WebSocketMessage.FromText("aä€🙂");

        message.MessageType.Should().Be(WebSocketMessageType.Text);
        message.Data.Should().Equal(Encoding.UTF8.GetBytes("aä€🙂"));
        message.Text.Should().Be("aä€🙂");
    }

    [Test]
    public void Binary_message_holds_the_array_itself_and_has_no_text()
    {
        byte[] data = [1, 2, 3];
        WebSocketMessage message = WebSocketMessage.FromBinary(data);

        message.Data.Should().BeSameAs(data);
        message.MessageType.Should().Be(WebSocketMessageType.Binary);
        message.Invoking(m => m.Text).Should().Throw<InvalidOperationException>();
    }

    [Test]
    public void Default_message_is_an_empty_text()
    {
        WebSocketMessage message = default;

        (message.Data.Length, message.Text, message.MessageType).Should().Be((0, "", WebSocketMessageType.Text));
        message.ToString().Should().Be("Text, 0 bytes");
    }

    [Test]
    public void What_cannot_be_a_message_is_refused()
    {
        Action noText = () => WebSocketMessage.FromText(null!);
        Action halfAPair = () => WebSocketMessage.FromText("a\ud83d");
        Action noData = () => WebSocketMessage.FromBinary(null!);

        noText.Should().Throw<ArgumentNullException>().WithParameterName("text");
        halfAPair.Should().Throw<ArgumentException>();
        noData.Should().Throw<ArgumentNullException>().WithParameterName("data");
    }

    [Test]
    public void Text_made_by_hand_that_is_not_utf8_throws_rather_than_being_changed()
    {
        WebSocketMessage message = new(WebSocketMessageType.Text, [0xff]);

        message.Invoking(m => m.Text).Should().Throw<DecoderFallbackException>();
        message.ToString().Should().Be("Text, 1 bytes: \ufffd");
    }

    [Test]
    public void Messages_are_equal_by_type_and_bytes()
    {
        WebSocketMessage message = WebSocketMessage.FromText("AB");
        WebSocketMessage same = WebSocketMessage.FromText("AB");

        (message == same).Should().BeTrue();
        (message != same).Should().BeFalse();
        message.Equals((object)same).Should().BeTrue();
        message.GetHashCode().Should().Be(same.GetHashCode());
        (message == WebSocketMessage.FromBinary([65, 66])).Should().BeFalse();
        (message == WebSocketMessage.FromText("AC")).Should().BeFalse();
        (message == WebSocketMessage.FromText("ABC")).Should().BeFalse();
        message.Equals("AB").Should().BeFalse();
        default(WebSocketMessage).Should().Be(WebSocketMessage.FromText(""));
    }

    [Test]
    public void Description_shows_type_length_and_the_beginning_of_a_text()
    {
        WebSocketMessage.FromText("hello").ToString().Should().Be("Text, 5 bytes: hello");
        WebSocketMessage.FromBinary(new byte[9]).ToString().Should().Be("Binary, 9 bytes");
        WebSocketMessage.FromText(new string('x', 100)).ToString().Should().Be("Text, 100 bytes: " + new string('x', 100));
        WebSocketMessage.FromText(new string('x', 101)).ToString().Should().Be("Text, 101 bytes: " + new string('x', 100) + "...");
        WebSocketMessage.FromText(new string('€', 1000)).ToString().Should().Be("Text, 3000 bytes: " + new string('€', 100) + "...");
    }
}
