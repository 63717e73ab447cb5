using System;
using System.Collections.Generic;

namespace Sync.WebSockets.Support;

/// <summary>Digest as a proxy asks for it and judges it (RFC 7616, 3.4).</summary>
internal sealed class TestProxyDigest(TestProxyOptions options)
{
    private const string Realm = "test proxy";
    private const string Opaque = "5ccc069c403ebaf9";

    // Guards what follows.
    private readonly object _lock = new();
    private readonly HashSet<string> _nonces = [];
    private int _staleAnswers = options.StaleAnswers;

    private string Algorithm => options.Challenge == TestProxyChallenge.DigestMd5 ? "MD5" : "SHA-256";

    /// <summary>Null: the answer is right. Otherwise the next challenge.</summary>
    public string? Judge(ServerRequest request)
    {
        lock (_lock)
        {
            bool isRight = IsRight_NeedsLock(request);
            bool isStale = isRight && _staleAnswers-- > 0;
            if (isRight && !isStale)
                return null;
            string nonce = Guid.NewGuid().ToString("N");
            _nonces.Add(nonce);
            return $"Digest realm=\"{Realm}\", qop=\"auth-int, auth\", algorithm={Algorithm}, nonce=\"{nonce}\", opaque=\"{Opaque}\""
                + (isStale ? ", stale=true" : "");
        }
    }

    // A parameter that is missing fails the script. A nonce is good for one answer.
    private bool IsRight_NeedsLock(ServerRequest request)
    {
        const string Header = "Proxy-Authorization";
        if (request[Header] is not { } authorization || !authorization.StartsWith("Digest ", StringComparison.Ordinal))
            return false;
        Dictionary<string, string> answer = DigestCheck.Parameters(authorization);
        return _nonces.Remove(answer["nonce"])
            && answer["realm"] == Realm
            && answer["opaque"] == Opaque
            && answer["algorithm"] == Algorithm
            && answer["qop"] == "auth"
            && answer["nc"] == "00000001"
            && DigestCheck.IsRight(request, answer["nonce"], options.Credentials!.UserName, options.Credentials.Password, Header);
    }
}
