using System.Security.Authentication;

namespace Sync.WebSockets.Support;

internal static class TlsVersions
{
    /// <summary>What the test servers speak: what the system prefers, where the platform can ask for that.</summary>
    public const SslProtocols Accepted =
#if NET
        SslProtocols.None;
#else
        SslProtocols.Tls12;
#endif
}
