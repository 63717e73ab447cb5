using System.Globalization;
using FluentAssertions;

namespace Sync.WebSockets.Conformance;

/// <summary>How a server accepts permessage-deflate (RFC 7692, 7.1): what it asks of the client.</summary>
/// <param name="NoContextTakeover">No message may refer to an earlier one.</param>
/// <param name="WindowBits">How far back it may refer; null: the server says nothing of it.</param>
internal sealed record DeflateAnswer(bool NoContextTakeover, int? WindowBits)
{
    public int WindowSize => 1 << (WindowBits ?? 15);

    public string Header => "Sec-WebSocket-Extensions: permessage-deflate"
        + (NoContextTakeover ? "; client_no_context_takeover" : "")
        + (WindowBits is { } bits ? "; client_max_window_bits=" + bits.ToString(CultureInfo.InvariantCulture) : "");

    /// <summary>A server may limit the window only of a client that says it can keep to that (7.1.2.2).</summary>
    public void ShouldFit(string? offer)
    {
        offer.Should().StartWith("permessage-deflate");
        if (WindowBits is not null)
            offer.Should().MatchRegex("; client_max_window_bits(;|,|$)");
    }
}
