using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Sync.WebSockets.Support;

/// <summary>The stream of an accepted socket, under TLS after its handshake.</summary>
internal static class ServerStream
{
    public static Stream Open(Socket socket, ScriptedServerOptions options)
    {
        var plain = new NetworkStream(socket);
        if (options.Certificate is null)
            return plain;

        var tls = new SslStream(plain, leaveInnerStreamOpen: false, (_, client, _, _) => client is not null || !options.WantsClientCertificate);
        try
        {
            tls.AuthenticateAsServer(options.Certificate, options.WantsClientCertificate, TlsVersions.Accepted, checkCertificateRevocation: false);
            return tls;
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    /// <summary>Whether that is how a connection ends that somebody broke, rather than a fault of the script.</summary>
    public static bool IsLoss(Exception e) =>
        (e is AggregateException { InnerException: { } inner } ? inner : e)
        is IOException or ObjectDisposedException or SocketException or AuthenticationException
        || (Machine.IsMono && e.GetBaseException() is NullReferenceException or InvalidOperationException); // Its SslStream, when it is disposed under a call.

    public static bool IsTimeout(Exception e) =>
        e.GetBaseException() is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock };
}
