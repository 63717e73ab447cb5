using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>A proxy that others wrote: the language that it is spoken to in, whether it wants a password, and how it says no.</summary>
public sealed class RealProxy
{
    private readonly string _program;
    private readonly string _scheme;
    private readonly string? _authentication;

    private RealProxy(string program, string scheme, string? authentication = null)
    {
        _program = program;
        _scheme = scheme;
        _authentication = authentication;
    }

    public static IEnumerable<RealProxy> All => Open.Concat(WithPassword);

    public static IEnumerable<RealProxy> Open =>
        [new("squid", "http"), new("squid", "https"), new("tinyproxy", "http"), new("microsocks", "socks5"), new("dante", "socks5")];

    public static IEnumerable<RealProxy> WithPassword =>
    [
        new("squid", "http", "Basic"), new("squid", "http", "Digest"), new("squid", "https", "Basic"),
        new("tinyproxy", "http", "Basic"), new("microsocks", "socks5", "password"),
    ];

    /// <summary>Those that lead to one port only.</summary>
    public static IEnumerable<RealProxy> WithRules => Open.Where(proxy => proxy._program != "microsocks");

    public bool IsHttp => _scheme != "socks5";

    // What is found in the message, here and below: a status of HTTP, or a code of SOCKS5.
    public string AnswerToNoPassword => IsHttp ? "407" : "(0xFF)";

    // RFC 9110, 15.5.8 wants 407. RFC 1929, 2 wants anything but 0.
    public string AnswerToWrongPassword => _program switch { "squid" => "407", "tinyproxy" => "401", _ => "status 0x02" };

    public string AnswerToForbiddenPort => IsHttp ? "403" : "answered 0x02";

    public string AnswerToClosedPort => _program switch { "squid" => "503", "tinyproxy" => "500", _ => "answered 0x05" };

    /// <summary>Null: everybody may.</summary>
    internal NetworkCredential? User => _authentication is null ? null : new NetworkCredential("alice", "secret");

    public override string ToString() => _program + ", " + _scheme + (_authentication is null ? "" : ", " + _authentication);

    /// <param name="port">The only one that it leads to, if it has rules.</param>
    internal Peer Start(int port) => _program switch
    {
        "squid" => SquidPeer.Start(port, User, digest: _authentication == "Digest", tls: _scheme == "https"),
        "tinyproxy" => TinyproxyPeer.Start(port, User),
        "microsocks" => MicrosocksPeer.Start(User),
        _ => DantePeer.Start(port),
    };

    internal IWebProxy At(Peer peer, NetworkCredential? credential) =>
        new TestWebProxy(new Uri(FormattableString.Invariant($"{_scheme}://localhost:{peer.Port}"))) { Credentials = credential };
}
