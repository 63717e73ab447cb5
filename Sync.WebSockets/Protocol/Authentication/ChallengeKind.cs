namespace Sync.WebSockets.Protocol.Authentication;

/// <summary>The challenges that we can answer, strongest first: their order is the order of preference.</summary>
internal enum ChallengeKind
{
    DigestSha256,
    DigestSha256Session,
    DigestMd5,
    DigestMd5Session,
    Basic,
}
