using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Authentication;

/// <summary>
/// One challenge of WWW-Authenticate or Proxy-Authenticate (RFC 9110, 11.3): a scheme and its parameters, by name in any case. Values are
/// unquoted, and one character per octet, as they came.
/// </summary>
internal sealed class AuthenticationChallenge(string scheme, IReadOnlyDictionary<string, string> parameters)
{
    public string Scheme { get; } = scheme;

    public IReadOnlyDictionary<string, string> Parameters { get; } = parameters;

    /// <summary>How it is answered; null when we cannot.</summary>
    public ChallengeKind? Kind => Scheme.ToUpperInvariant() switch
    {
        "BASIC" => ChallengeKind.Basic,
        "DIGEST" when this["realm"] is not null && this["nonce"] is not null && AllowsAuth => DigestKind,
        _ => null,
    };

    /// <summary>RFC 7616, 3.3: only the nonce was too old; the password may be right.</summary>
    public bool IsStale => IsTrue("stale");

    /// <summary>RFC 7616, 3.3. Without it a Digest is answered as in RFC 2069.</summary>
    public bool HasQop => this["qop"] is not null;

    /// <summary>RFC 7616, 3.3: the user's name may come as a hash.</summary>
    public bool HashesUserName => IsTrue("userhash");

    // Of those that RFC 7616, 6.1 lists, SHA-512-256 is missing: it is not SHA-512 cut short, and .NET does not have it.
    private ChallengeKind? DigestKind => this["algorithm"]?.ToUpperInvariant() switch
    {
        null or "MD5" => ChallengeKind.DigestMd5,
        "SHA-256" => ChallengeKind.DigestSha256,
        // The hash of a session takes in the cnonce, which an answer without qop must not carry (RFC 2617, 3.2.2).
        "MD5-SESS" when HasQop => ChallengeKind.DigestMd5Session,
        "SHA-256-SESS" when HasQop => ChallengeKind.DigestSha256Session,
        _ => null,
    };

    // "auth-int" protects bodies, which a handshake does not have.
    private bool AllowsAuth =>
        this["qop"] is not { } qop || qop.Split(',').Any(option => HttpGrammar.IsSame(HttpGrammar.TrimWhitespace(option), "auth"));

    /// <summary>Null when the parameter is absent.</summary>
    public string? this[string name] => Parameters.TryGetValue(name, out string? value) ? value : null;

    /// <summary>All that can be read, in its order; a text per header line.</summary>
    public static List<AuthenticationChallenge> ReadAll(IReadOnlyList<string> headerValues)
    {
        var reader = new ChallengeReader();
        foreach (string value in headerValues)
            reader.Read(value);
        return reader.Challenges;
    }

    /// <summary>Those that we can answer, the strongest first; equals keep their order.</summary>
    public static List<AuthenticationChallenge> InOrderOfStrength(IEnumerable<AuthenticationChallenge> challenges) =>
        [.. challenges.Where(challenge => challenge.Kind is not null).OrderBy(challenge => challenge.Kind)];

    private bool IsTrue(string name) => HttpGrammar.IsSame(this[name] ?? "", "true");
}
