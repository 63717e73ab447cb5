using System.Linq;
using System.Net.WebSockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Frames;

internal sealed class ClosePayloadTests
{
    [Test]
    public void Empty_payload_has_no_status()
    {
        ClosePayload.TryParse([], out ClosePayload close).Should().BeNull();

        close.Status.Should().BeNull();
        close.Description.Should().BeEmpty();
    }

    [Test]
    public void Code_and_reason_are_read()
    {
        ClosePayload.TryParse(Wire.Hex("03E9 C3A9 21"), out ClosePayload close).Should().BeNull();

        close.Status.Should().Be(WebSocketCloseStatus.EndpointUnavailable);
        close.Description.Should().Be("é!");
    }

    [Test]
    [Category("F8")]
    public void F8_one_byte_is_refused() => Refusal("03").CloseStatus.Should().Be(WebSocketCloseStatus.ProtocolError);

    [TestCase(0, false)]
    [TestCase(999, false)]
    [TestCase(1000, true)]
    [TestCase(1003, true)]
    [TestCase(1004, false)]
    [TestCase(1005, false)]
    [TestCase(1006, false)]
    [TestCase(1007, true)]
    [TestCase(1011, true)]
    [TestCase(1012, true)]
    [TestCase(1014, true)]
    [TestCase(1015, false)]
    [TestCase(2999, false)]
    [TestCase(3000, true)]
    [TestCase(4999, true)]
    [TestCase(5000, false)]
    [TestCase(65535, false)]
    [Category("F8")]
    public void F8_only_codes_for_the_wire_are_taken(int code, bool isValid)
    {
        Violation? violation = ClosePayload.TryParse([(byte)(code >> 8), (byte)code], out ClosePayload close);

        ClosePayload.IsValidToSend((WebSocketCloseStatus)code).Should().Be(isValid);
        if (isValid)
        {
            violation.Should().BeNull();
            close.Status.Should().Be((WebSocketCloseStatus)code);
        }
        else
        {
            violation!.CloseStatus.Should().Be(WebSocketCloseStatus.ProtocolError);
            violation.Message.Should().Contain($"{code}");
        }
    }

    [TestCase("03E8 FF", TestName = "F9 no UTF-8 at all", Category = "F9")]
    [TestCase("03E8 41 E282", TestName = "F9 cut at the end", Category = "F9")]
    [TestCase("03E8 EDA080", TestName = "F9 surrogate", Category = "F9")]
    public void Bad_UTF8_in_the_reason_is_refused(string hex) =>
        Refusal(hex).CloseStatus.Should().Be(WebSocketCloseStatus.InvalidPayloadData);

    [Test]
    public void Default_has_an_empty_description() => default(ClosePayload).Description.Should().BeEmpty();

    [TestCase(null, null, "")]
    [TestCase(null, "no place for it", "")]
    [TestCase(1000, null, "03E8")]
    [TestCase(1000, "", "03E8")]
    [TestCase(4999, "é", "1387 C3A9")]
    [Category("A8")]
    public void Code_and_reason_are_written(int? status, string? description, string expected) =>
        ClosePayload.Encode((WebSocketCloseStatus?)status, description).Should().Equal(Wire.Hex(expected));

    [TestCase(123, "a", 123)]
    [TestCase(124, "a", 123)]
    [TestCase(62, "é", 122)]
    [TestCase(42, "€", 123)]
    [TestCase(41, "€", 123)]
    [TestCase(31, "😀", 120)]
    public void Long_reason_is_cut_between_characters(int times, string character, int expectedLength)
    {
        string description = string.Concat(Enumerable.Repeat(character, times));

        byte[] payload = ClosePayload.Encode(WebSocketCloseStatus.NormalClosure, description);

        payload.Should().HaveCount(2 + expectedLength);
        ClosePayload.TryParse(payload, out ClosePayload close).Should().BeNull();
        description.Should().StartWith(close.Description);
        Encoding.UTF8.GetByteCount(close.Description).Should().Be(expectedLength);
    }

    private static Violation Refusal(string hex)
    {
        Violation? violation = ClosePayload.TryParse(Wire.Hex(hex), out ClosePayload close);
        violation.Should().NotBeNull();
        close.Status.Should().BeNull();
        return violation!;
    }
}
