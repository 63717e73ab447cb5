using System;
using System.Net;
#if NET
using System.Net.Sockets;
#endif
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

/// <summary>What a program's URI means.</summary>
/// <param name="Uri">The URI as it may be shown: without user name and password.</param>
/// <param name="Request">The URI of the request: ws or wss.</param>
/// <param name="EndPoint">What is to be dialled; null for the request's host and port.</param>
/// <param name="Credentials">What the URI held of them.</param>
internal sealed record Destination(Uri Uri, Uri Request, EndPoint? EndPoint, NetworkCredential? Credentials)
{
    public bool IsUnix => HttpGrammar.IsSame(Uri.Scheme, WebSocketUri.UnixScheme);

    /// <summary>Throws <see cref="ArgumentException"/> when it is none that can be connected to.</summary>
    public static Destination Of(Uri uri, WebSocketClientOptions options)
    {
        if (uri is { IsAbsoluteUri: true } && HttpGrammar.IsSame(uri.Scheme, WebSocketUri.UnixScheme))
        {
            if (options.RemoteEndPoint is not null)
                throw new ArgumentException("A ws+unix URI and RemoteEndPoint both say what to dial; leave one out.", nameof(uri));
            Uri request = WebSocketUri.Check(WebSocketUri.FromUnix(uri, out string path));
            return new Destination(uri, request, UnixEndPoint(path), Credentials: null);
        }
        WebSocketUri.Check(uri, options.UseUserInfo);
        Uri shown = WebSocketUri.WithoutUserInfo(uri);
        NetworkCredential? credentials = WebSocketUri.UserInfo(uri) is var (user, password) ? new NetworkCredential(user, password) : null;
        return new Destination(shown, shown, options.RemoteEndPoint, credentials);
    }

#if NET
    private static UnixDomainSocketEndPoint UnixEndPoint(string path) => new(path);
#else
    private static EndPoint UnixEndPoint(string path) => throw new PlatformNotSupportedException("ws+unix needs the library's build for .NET 10. On .NET 5 to 9 use ws://localhost/ with a UnixDomainSocketEndPoint as RemoteEndPoint.");
#endif
}
