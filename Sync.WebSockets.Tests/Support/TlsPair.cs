#if NET && !NETSTANDARD_LIBRARY
using System.IO;
using System.Net.Security;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Support;

/// <summary>TLS on both ends of a connection.</summary>
internal static class TlsPair
{
    public static (TlsStream Client, SslStream Server) Over(Stream client, Stream server)
    {
        SslStream theirs = new(server);
        BackgroundRun handshake = Run.InBackground(() => theirs.AuthenticateAsServer(TestCertificates.Localhost));
        TlsStream ours = new(client, (_, _, _, _) => true);
        ours.AuthenticateAsClient("localhost");
        handshake.Join();
        return (ours, theirs);
    }
}
#endif
