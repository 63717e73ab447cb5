using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets;

/// <content>How a server is reached: proxies, redirects, authentication, cookies, and where the bytes go.</content>
public sealed partial class WebSocketClientOptions
{
    private const int MostRedirects = 10;

    private int _maxRedirects;
    private string? _targetHost;
    private EndPoint? _remoteEndPoint;

    /// <summary>
    /// Gets or sets a value indicating whether the way leads through a proxy where one is set: <see cref="Proxy"/>, or else the system's.
    /// Default true.
    /// </summary>
    public bool UseProxy { get; set; } = true;

    /// <summary>
    /// Gets or sets the proxy, with its credentials and the list of what it is bypassed for. The scheme of its address says what it speaks: http
    /// and https (CONNECT, RFC 9110 section 9.3.6), socks5 (RFC 1928; the proxy resolves the name). Default null: the system's.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The system's is what the environment says, the same on every platform: <c>wss_proxy</c>, <c>https_proxy</c> or <c>all_proxy</c> for wss;
    /// <c>ws_proxy</c>, <c>http_proxy</c> or <c>all_proxy</c> for ws; each also in upper case, but for <c>HTTP_PROXY</c>, which a web server sets
    /// for whoever asks it (and where case does not count, on Windows, no <c>http_proxy</c> is read in a CGI program). <c>no_proxy</c> names hosts, domains and networks that are reached without. On Windows its settings come after that.
    /// Loopback addresses are never looked for behind the system's proxy, nor is what <see cref="RemoteEndPoint"/>,
    /// <see cref="SocketDialer"/> or <see cref="StreamDialer"/> lead to.
    /// </para>
    /// <para>
    /// A proxy asks for credentials by Basic or Digest, and is answered once, twice if it calls the first answer stale; a SOCKS proxy by user name
    /// and password (RFC 1929). The server's headers, cookies and credentials never go to the proxy, nor the proxy's to the server. A header
    /// <c>Proxy-Authorization</c> in <see cref="Headers"/> goes to an HTTP proxy alone, in the place of its credentials. What you set is asked for
    /// the ws or wss URI, on the connection's own thread while <c>Connect</c> waits; the system's settings for the http or https one.
    /// </para>
    /// </remarks>
    public IWebProxy? Proxy { get; set; }

    /// <summary>
    /// Gets or sets how many redirects (301, 302, 303, 307, 308) are followed, each a new request within the one
    /// <see cref="ConnectTimeout"/>. Default 0: a redirect fails <c>Connect</c>.
    /// </summary>
    /// <remarks>
    /// From wss to ws none is followed. To another origin (scheme, host or port) nothing goes along that was meant for the first one:
    /// <see cref="Headers"/>, <see cref="Credentials"/> unless they are a <see cref="CredentialCache"/>, <see cref="ClientCertificates"/>,
    /// <see cref="RemoteEndPoint"/>, <see cref="TargetHost"/>. <see cref="Cookies"/> go where they belong. <see cref="SubProtocols"/>,
    /// <see cref="Origin"/> and <see cref="UserAgent"/> go everywhere, so put no token into them.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 10.</exception>
    public int MaxRedirects
    {
        get => _maxRedirects;
        set => _maxRedirects = value is >= 0 and <= MostRedirects
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxRedirects), value, FormattableString.Invariant($"MaxRedirects must be 0 to {MostRedirects}."));
    }

    /// <summary>
    /// Gets or sets the credentials that answer a server's challenge (401): Digest with SHA-256 or MD5 (RFC 7616), or Basic (RFC 7617), the
    /// strongest that the server offers, in a second request, and in a third if the server calls that one stale. A
    /// <see cref="CredentialCache"/> is asked for the wss URI, then for the https one. Default null. An Authorization header in <see cref="Headers"/>, such as a Bearer
    /// token, is sent as it is, and these are not used then. Asked on the connection's own thread.
    /// </summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether <see cref="Credentials"/> are sent as Basic with the first request, without being asked for.
    /// Unlike that of HttpClientHandler it does not wait for a first challenge. Over ws everybody on the way can read them. Default false.
    /// </summary>
    public bool PreAuthenticate { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a user name and password in the URI take the place of <see cref="Credentials"/>. Default false:
    /// such a URI is refused, since URIs are logged, shown and passed on. They go into no log, no message and not into <c>Uri</c>.
    /// </summary>
    public bool UseUserInfo { get; set; }

    /// <summary>
    /// Gets or sets where cookies come from and go to, as over HTTP: those that fit the URI are sent, those of every answer are kept. Shared, not
    /// copied. Default null: none are sent but those in <see cref="Headers"/>, and none are kept.
    /// </summary>
    public CookieContainer? Cookies { get; set; }

    /// <summary>
    /// Gets or sets the name that the server's certificate must be issued for and that TLS asks for (SNI; wss only), when it is not the URI's
    /// host. Default null. The Host header is set apart, in <see cref="Headers"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is no host name or IP address.</exception>
    public string? TargetHost
    {
        get => _targetHost;
        set
        {
            CheckHost(value, nameof(TargetHost));
            _targetHost = value;
        }
    }

    /// <summary>
    /// Gets or sets what is connected to in the place of the URI's host and port: a <see cref="DnsEndPoint"/>, an <see cref="IPEndPoint"/>, or on
    /// .NET a <c>UnixDomainSocketEndPoint</c>. With <see cref="Proxy"/> set the proxy connects to a name or IP address; to anything else no proxy
    /// leads. Default null.
    /// </summary>
    /// <exception cref="ArgumentException">It is a <see cref="DnsEndPoint"/> of what is no host name or IP address.</exception>
    public EndPoint? RemoteEndPoint
    {
        get => _remoteEndPoint;
        set
        {
            CheckHost((value as DnsEndPoint)?.Host, nameof(RemoteEndPoint));
            _remoteEndPoint = value;
        }
    }

    /// <summary>Gets or sets the local address that connections are made from; port 0 for any. Default null: the operating system chooses.</summary>
    public IPEndPoint? LocalEndPoint { get; set; }

    /// <summary>
    /// Gets or sets what makes the connected socket, in the place of the client: a way of dialling of your own, or a socket that you have. It
    /// gets the address, the proxy's where there is one; the client owns what it returns. Default null.
    /// </summary>
    /// <remarks>
    /// Called on the connection's own thread, once for each connection: redirects, authentication and proxies may take more than one. <c>Connect</c>
    /// does not wait for it longer than <see cref="ConnectTimeout"/>; what it returns after that is disposed. A socket that was used
    /// asynchronously before is slower, on .NET for good. <see cref="NoDelay"/>, <see cref="TcpKeepAlive"/> and the buffer sizes are yours to set. The
    /// thread's stack has 256 KiB.
    /// </remarks>
    public Func<EndPoint, Socket>? SocketDialer { get; set; }

    /// <summary>
    /// Gets or sets what makes the connected stream, as <see cref="SocketDialer"/> does: for what is no socket. It must be readable and writable
    /// at once by two threads, and disposing it must free whoever is blocked in it. Default null.
    /// </summary>
    /// <remarks>
    /// What is sent passes a buffer of 64 KiB, which a thread of its own writes to the stream. There are no addresses then, and the heartbeat knows
    /// only what comes, not what the other side has acknowledged.
    /// </remarks>
    public Func<EndPoint, Stream>? StreamDialer { get; set; }

    private void CheckDialers()
    {
        if (SocketDialer is not null && StreamDialer is not null)
            throw new ArgumentException("SocketDialer and StreamDialer are both set; a connection is one of them: leave one null.", nameof(StreamDialer));
        if (LocalEndPoint is not null && (SocketDialer ?? (object?)StreamDialer) is not null)
            throw new ArgumentException("LocalEndPoint is for connections that the client makes, and a dialer of the program's makes them: bind there.", nameof(LocalEndPoint));
    }

    private void CopyReachingTo(WebSocketClientOptions copy)
    {
        copy.UseProxy = UseProxy;
        copy.Proxy = Proxy;
        copy._maxRedirects = _maxRedirects;
        copy.Credentials = Credentials;
        copy.PreAuthenticate = PreAuthenticate;
        copy.UseUserInfo = UseUserInfo;
        copy.Cookies = Cookies;
        copy._targetHost = _targetHost;
        copy._remoteEndPoint = _remoteEndPoint;
        copy.LocalEndPoint = LocalEndPoint;
        copy.SocketDialer = SocketDialer;
        copy.StreamDialer = StreamDialer;
    }

    // It is written into requests, where a line break would begin a header, and octets outside ASCII mean nothing.
    private static void CheckHost(string? host, string option)
    {
        if (host is not null && (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic || !host.All(c => c <= '~')))
            throw new ArgumentException(option + " holds no host name or IP address in ASCII; expected one such as example.com.", option);
    }
}
