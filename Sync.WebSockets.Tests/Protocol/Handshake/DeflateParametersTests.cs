using System.Collections.Generic;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>RFC 7692, 7.1: what is offered, and which answers agree with it.</summary>
[Category("Z6")]
internal sealed class DeflateParametersTests
{
    [TestCase(true, true, 15, 15, "permessage-deflate; client_max_window_bits")]
    [TestCase(false, false, 10, 9, "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=9")]
    [TestCase(true, false, 8, 8, "permessage-deflate; client_no_context_takeover; server_max_window_bits=8; client_max_window_bits=8")]
    [Category("Z7")]
    public void Offer_names_what_is_wanted(bool server, bool client, int serverBits, int clientBits, string offer) =>
        new DeflateParameters(server, client, serverBits, clientBits).ToOffer().Should().Be(offer);

    [TestCase("", true, true, 15, 15)]
    [TestCase("; server_no_context_takeover", false, true, 15, 15)]
    [TestCase("; client_no_context_takeover", true, false, 15, 15)]
    [TestCase("; server_max_window_bits=12", true, true, 12, 15)]
    [TestCase("; server_max_window_bits=8; client_max_window_bits=8", true, true, 8, 8)]
    [TestCase("; client_max_window_bits=\"15\"", true, true, 15, 15)]
    [TestCase("; client_max_window_bits=9; client_no_context_takeover; server_max_window_bits=10; server_no_context_takeover", false, false, 10, 9)]
    [Category("Z8")]
    public void Server_may_ask_for_more_restraint(string answer, bool server, bool client, int serverBits, int clientBits)
    {
        Answer(new DeflateParameters(true, true, 15, 15), answer, out DeflateParameters agreed).Should().BeNull();

        agreed.Should().Be(new DeflateParameters(server, client, serverBits, clientBits));
    }

    [TestCase("; server_max_window_bits=7")]
    [TestCase("; server_max_window_bits=16")]
    [TestCase("; server_max_window_bits=\"1/\"")]
    [TestCase("; server_max_window_bits=08")]
    [TestCase("; server_max_window_bits=010")]
    [TestCase("; server_max_window_bits=1")]
    [TestCase("; server_max_window_bits=20")]
    [TestCase("; server_max_window_bits=1x")]
    [TestCase("; server_max_window_bits=\"1/\"")]
    [TestCase("; server_max_window_bits=-9")]
    [TestCase("; server_max_window_bits=99999999999999999999")]
    [TestCase("; server_max_window_bits")]
    [TestCase("; client_max_window_bits")]
    [TestCase("; client_max_window_bits=16")]
    [TestCase("; client_max_window_bits=007")]
    [TestCase("; server_no_context_takeover=1")]
    [TestCase("; client_no_context_takeover=true")]
    [TestCase("; something")]
    [TestCase("; Server_No_Context_Takeover=")]
    [Category("A6")]
    public void Answer_that_the_RFC_does_not_know_is_refused(string answer) =>
        Answer(new DeflateParameters(true, true, 15, 15), answer, out _).Should().NotBeNullOrEmpty();

    [Test]
    public void Answer_that_lacks_what_was_asked_for_says_what_to_do()
    {
        DeflateParameters offer = new(false, true, 10, 15);

        Answer(offer, "", out _).Should().Contain("lacks server_no_context_takeover").And.Contain("allow ServerContextTakeover");
        Answer(offer, "; server_no_context_takeover", out _).Should().Contain("lacks server_max_window_bits").And.Contain("raise ServerMaxWindowBits");
    }

    [TestCase("; server_no_context_takeover; server_max_window_bits=11; client_max_window_bits=9")]
    [TestCase("; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=11")]
    [TestCase("; server_max_window_bits=10")]
    [TestCase("; server_no_context_takeover")]
    public void Answer_may_not_fall_short_of_the_offer(string answer) =>
        Answer(new DeflateParameters(false, true, 10, 10), answer, out _).Should().NotBeNullOrEmpty();

    [Test]
    public void Own_restraint_needs_no_agreement()
    {
        Answer(new DeflateParameters(true, false, 15, 15), "", out DeflateParameters agreed).Should().BeNull();

        agreed.ClientContextTakeover.Should().BeFalse();
    }

    private static string? Answer(DeflateParameters offer, string answer, out DeflateParameters agreed)
    {
        agreed = offer;
        return ExtensionOffer.TryParseList(DeflateParameters.ExtensionName + answer, out List<ExtensionOffer> answers)
            ? offer.Agree(answers[0], out agreed)
            : "It does not follow the grammar.";
    }
}
