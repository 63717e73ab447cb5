using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using Sync.WebSockets.Protocol.Authentication;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

/// <summary>Answers the challenges of one server or proxy with the program's credentials (RFC 9110, 11). Dialling thread only.</summary>
internal sealed class Authenticator(ICredentials? credentials, Uri uri)
{
    private const int NonceLength = 16;

    private readonly Dictionary<string, NetworkCredential?> _found = new(StringComparer.OrdinalIgnoreCase);
    private bool _hasAnswered;
    private bool _hasRenewed;

    /// <summary>The value of Authorization or Proxy-Authorization; null for none.</summary>
    public string? Authorization { get; private set; }

    /// <summary>What is asked for, and what can be answered: a sentence without its end.</summary>
    public static string Describe(IReadOnlyList<string> challenges)
    {
        string schemes = string.Join(", ", AuthenticationChallenge.ReadAll(challenges).Select(challenge => challenge.Scheme).Distinct(StringComparer.OrdinalIgnoreCase));
        return $"It asks for authentication by {HttpGrammar.Quote(schemes)}; this client answers 'Basic', and 'Digest' with SHA-256 or MD5";
    }

    /// <summary>Sends the password before it is asked for.</summary>
    public void Preempt()
    {
        AuthenticationChallenge basic = new("Basic", new Dictionary<string, string>(StringComparer.Ordinal));
        if (Find(basic.Scheme) is { } credential)
            Authorization = Answer(basic, credential, method: string.Empty, target: string.Empty);
    }

    /// <summary>Finds the answer to the challenges. False: there is none, or it has been refused.</summary>
    public bool TryAnswer(IReadOnlyList<string> challenges, string method, string target)
    {
        foreach (AuthenticationChallenge challenge in AuthenticationChallenge.InOrderOfStrength(AuthenticationChallenge.ReadAll(challenges)))
        {
            if (_hasAnswered && (_hasRenewed || !challenge.IsStale))
                continue;
            if (Find(challenge.Scheme) is not { } credential || Answer(challenge, credential, method, target) is not { } answer)
                continue;
            if (string.Equals(answer, Authorization, StringComparison.Ordinal))
                return false;
            _hasRenewed = _hasAnswered;
            _hasAnswered = true;
            Authorization = answer;
            return true;
        }
        return false;
    }

    // The program's own code, asked once for each scheme, however often the server names it.
    private NetworkCredential? Find(string scheme)
    {
        if (!_found.TryGetValue(scheme, out NetworkCredential? credential))
            _found[scheme] = credential = Ask(scheme);
        return credential;
    }

    // A cache answers by scheme; those filled for HTTP know https, not wss. An empty name is what the system's credentials have.
    private NetworkCredential? Ask(string scheme)
    {
        NetworkCredential? credential = credentials?.GetCredential(uri, scheme);
        if (credential is null && uri.Scheme is ("ws" or "wss"))
            credential = credentials?.GetCredential(WebSocketUri.ToHttp(uri), scheme);
        return credential is { UserName.Length: > 0 } ? credential : null;
    }

    private static string? Answer(AuthenticationChallenge challenge, NetworkCredential credential, string method, string target)
    {
        byte[] random = new byte[NonceLength];
        using (RandomNumberGenerator generator = RandomNumberGenerator.Create())
            generator.GetBytes(random);
        return AuthenticationAnswer.Create(challenge, credential.UserName, credential.Password, method, target, random);
    }
}
