using System;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

// What is the program's own for one server must not reach another, so all of it is kept here, and a hop to another origin starts without it:
// its headers, its credentials and certificates, the address to dial and the name to ask for. A container of cookies knows itself whose they are.

/// <summary>One request for the WebSocket, and what follows from its answer. Dialling thread only.</summary>
internal sealed class Hop
{
    private readonly WebSocketClientOptions _options;
    private readonly WebSocketHeaders _headers;
    private readonly ICredentials? _credentials;
    private readonly Authenticator _authenticator;
    private readonly CookieContainer? _cookies;
    private readonly bool _isLocal;
    private readonly int _redirects;

    private Hop(
        Uri uri,
        EndPoint? endPoint,
        string? tlsHost,
        X509CertificateCollection certificates,
        WebSocketHeaders headers,
        ICredentials? credentials,
        WebSocketClientOptions options,
        int redirects,
        bool isLocal)
    {
        Uri = uri;
        Target = endPoint ?? new DnsEndPoint(uri.IdnHost, uri.Port);
        TlsHost = tlsHost ?? uri.IdnHost;
        Certificates = certificates;
        _headers = headers;
        _credentials = credentials;
        _options = options;
        _redirects = redirects;
        // Every Unix socket has the same origin to what knows HTTP only, and it is that of another server.
        _cookies = isLocal ? null : options.Cookies;
        _isLocal = isLocal;
        // Credentials that the program writes itself are not second-guessed.
        _authenticator = new Authenticator(headers.Contains("Authorization") || (isLocal && credentials is CredentialCache) ? null : credentials, uri);
        if (options.PreAuthenticate)
            _authenticator.Preempt();
    }

    /// <summary>What is asked for.</summary>
    public Uri Uri { get; }

    /// <summary>What is dialled.</summary>
    public EndPoint Target { get; }

    /// <summary>What the certificate must be issued for, and what SNI says.</summary>
    public string TlsHost { get; }

    /// <summary>What the program says to a proxy in the place of its credentials; null for nothing.</summary>
    public string? ProxyAuthorization => _headers["Proxy-Authorization"];

    /// <summary>What the server may ask for.</summary>
    public X509CertificateCollection Certificates { get; }

    public static Hop First(Destination destination, WebSocketClientOptions options) => new(
        destination.Request,
        destination.EndPoint,
        options.TargetHost,
        options.ClientCertificates,
        options.Headers,
        destination.Credentials ?? options.Credentials,
        options,
        redirects: 0,
        isLocal: destination.IsUnix);

    public UpgradeRequest CreateRequest(byte[] random16, string? extensions) => UpgradeRequest.Create(
        Uri, random16, Headers(), [.. _options.SubProtocols], _options.Origin, _options.UserAgent, extensions);

    /// <summary>Keeps the cookies of an answer.</summary>
    public void Keep(WebSocketHeaders headers)
    {
        if (_cookies is not { } cookies)
            return;
        foreach (string cookie in headers.GetValues("Set-Cookie"))
        {
            try
            {
                cookies.SetCookies(WebSocketUri.ToHttp(Uri), cookie);
            }
            catch (CookieException)
            {
                // A cookie that is none is the server's loss.
            }
        }
    }

    /// <summary>What to ask next after an answer that is not 101; null when it is final, and what the program can do about it.</summary>
    public Hop? Next(HttpHead head, out string advice)
    {
        advice = Advice(head);
        if (head.StatusCode == 401)
            return _authenticator.TryAnswer(head.Headers.GetValues("WWW-Authenticate"), "GET", WebSocketUri.RequestTarget(Uri)) ? this : null;
        if (!Redirect.IsMeant(head.StatusCode) || _options.MaxRedirects == 0)
            return null;
        if (_redirects == _options.MaxRedirects)
        {
            advice = FormattableString.Invariant($"It is one redirect more than MaxRedirects allows ({_options.MaxRedirects}).");
            return null;
        }
        Uri? target = Redirect.Follow(Uri, head.Headers, out string? problem);
        advice = "The redirect was not followed: " + problem;
        return target is null ? null : Redirect.IsSameOrigin(Uri, target) ? ToSameOrigin(target) : ToOtherOrigin(target);
    }

    private Hop ToSameOrigin(Uri target) =>
        new(target, Target, TlsHost, Certificates, _headers, _credentials, _options, _redirects + 1, _isLocal);

    // A cache says itself which origins it is for.
    private Hop ToOtherOrigin(Uri target) =>
        new(target, endPoint: null, tlsHost: null, certificates: [], headers: [], _credentials as CredentialCache, _options, _redirects + 1, isLocal: false);

    private string Advice(HttpHead head) => head.StatusCode switch
    {
        401 when _authenticator.Authorization is not null || _headers.Contains("Authorization") =>
            "It refuses the credentials: check user name and password, or the Authorization header.",
        401 => Authenticator.Describe(head.Headers.GetValues("WWW-Authenticate")) + ": set Credentials, or an Authorization header"
            + (_redirects == 0 ? "." : "; after a redirect to another origin they are left behind, but for a CredentialCache."),
        403 => "It refuses this client: check the path, the credentials and the Origin.",
        404 => "There is nothing at this path: check the URI.",
        407 => "A proxy on the way asks for authentication: set Proxy with its credentials.",
        426 => "It asks for another protocol or version; see its Upgrade and Sec-WebSocket-Version headers.",
        var status when Redirect.IsMeant(status) => "It points to another place: see its Location header, or set MaxRedirects.",
        429 or 503 => "It is overloaded: try again later; see RetryAfter.",
        _ => "Check the URI, and that a WebSocket is served there.",
    };

    private WebSocketHeaders Headers()
    {
        WebSocketHeaders headers = _headers.Copy();
        // It is for the proxy alone.
        headers.Remove("Proxy-Authorization");
        if (_authenticator.Authorization is { } authorization)
            headers["Authorization"] = authorization;
        if (_cookies?.GetCookieHeader(WebSocketUri.ToHttp(Uri)) is { Length: > 0 } cookies)
            headers["Cookie"] = string.Join("; ", headers.GetValues("Cookie").Concat([cookies]));
        return headers;
    }
}
