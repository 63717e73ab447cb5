using System.Net;

namespace Sync.WebSockets.Support;

internal sealed class TestProxyOptions
{
    /// <summary>Whom it lets in; null: everybody.</summary>
    public NetworkCredential? Credentials { get; init; }

    /// <summary>How it asks for them over HTTP.</summary>
    public TestProxyChallenge Challenge { get; init; }

    /// <summary>How many right answers to a Digest challenge it calls stale.</summary>
    public int StaleAnswers { get; init; }

    /// <summary>Ends the connection once it has asked for credentials, and says so.</summary>
    public bool ClosesAfterChallenge { get; init; }

    /// <summary>Answers in HTTP/1.0.</summary>
    public bool IsHttp10 { get; init; }

    /// <summary>Over TLS: lets nobody in without a certificate.</summary>
    public bool WantsClientCertificate { get; init; }
}
