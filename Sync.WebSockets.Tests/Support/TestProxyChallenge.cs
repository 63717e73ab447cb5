namespace Sync.WebSockets.Support;

/// <summary>How a test proxy asks for the password over HTTP.</summary>
internal enum TestProxyChallenge
{
    /// <summary>RFC 7617.</summary>
    Basic,

    /// <summary>RFC 7616, with MD5.</summary>
    DigestMd5,

    /// <summary>RFC 7616, with SHA-256.</summary>
    DigestSha256,
}
