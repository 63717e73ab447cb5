using System;
using System.Collections.Generic;
using System.Globalization;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>Where an answer of 301, 302, 303, 307 or 308 leads to (RFC 9110, 15.4). No message shows the place: its query may be a secret.</summary>
internal static class Redirect
{
    public static bool IsMeant(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>Null: it leads nowhere that may be followed, and why.</summary>
    public static Uri? Follow(Uri from, WebSocketHeaders headers, out string? problem)
    {
        IReadOnlyList<string> places = headers.GetValues("Location");
        if (places.Count != 1)
        {
            problem = string.Format(CultureInfo.InvariantCulture, "its answer has {0} Location headers, expected one.", places.Count);
            return null;
        }
        if (!Uri.TryCreate(from, places[0], out Uri? place) || ToWebSocket(place) is not { } target)
        {
            problem = "its Location is no URI of ws, wss, http or https.";
            return null;
        }
        problem = target.UserInfo.Length > 0 ? "its Location holds a user name or password, which nobody takes from a server."
            : WebSocketUri.Problem(target) is { } fault ? "its Location cannot be followed. " + fault
            : WebSocketUri.IsSecure(from) && !WebSocketUri.IsSecure(target) ? "it leads from wss to ws, where nothing is encrypted any more."
            : null;
        return problem is null ? target : null;
    }

    /// <summary>Whether both have the same scheme, host and port (RFC 6454, 5): nothing that is meant for one may go to another.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        HttpGrammar.IsSame(one.Scheme, other.Scheme) && HttpGrammar.IsSame(one.IdnHost, other.IdnHost) && one.Port == other.Port;

    // Servers name their places as they are reached over HTTP. The fragment is for whoever shows the answer, and a ws URI has none.
    private static Uri? ToWebSocket(Uri place)
    {
        string text = place.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped);
        if (place.Scheme is "http" or "https")
            text = "ws" + text.Substring("http".Length);
        else if (place.Scheme is not ("ws" or "wss"))
            return null;
        return new Uri(text);
    }
}
