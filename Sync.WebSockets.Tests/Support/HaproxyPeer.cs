using System;
using System.Linq;

namespace Sync.WebSockets.Support;

/// <summary>HAProxy as a reverse proxy: it closes a tunnel in which both sides have been silent for the idle time.</summary>
internal static class HaproxyPeer
{
    // sbin is not on everybody's path.
    private static readonly Lazy<string?> Program = new(() =>
        new[] { "haproxy", "/usr/sbin/haproxy" }.FirstOrDefault(haproxy => ChildProcess.OutputOf(haproxy, "-v") is not null));

    public static bool IsInstalled(out string why)
    {
        why = "haproxy is not installed: apt-get install haproxy";
        return Program.Value is not null;
    }

    /// <param name="idle">3 s unless told.</param>
    public static Peer Start(int upstreamPort, TimeSpan? idle = null)
    {
        Peer.Require(IsInstalled);
        int milliseconds = (int)(idle ?? TimeSpan.FromSeconds(3)).TotalMilliseconds;
        return Peer.Start(tls: false, (port, folder) =>
            [Program.Value!, "-db", "-f", folder.Write("haproxy.cfg", Configuration(port, upstreamPort, milliseconds))]);
    }

    private static string Configuration(int port, int upstreamPort, int milliseconds) => FormattableString.Invariant($"""
        global
            maxconn 256
        defaults
            mode http
            timeout connect 5s
            timeout client 30s
            timeout server 30s
            timeout tunnel {milliseconds}ms
        frontend loopback
            bind 127.0.0.1:{port}
            default_backend upstream
        backend upstream
            server one 127.0.0.1:{upstreamPort}

        """);
}
