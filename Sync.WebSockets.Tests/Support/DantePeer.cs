using System;
using System.IO;
using System.Linq;

namespace Sync.WebSockets.Support;

/// <summary>
/// Dante as a SOCKS5 proxy: it leads to one port of loopback only. It asks nobody for a password, since it knows only the users of the
/// system and of PAM.
/// </summary>
internal static class DantePeer
{
    // sbin is not on everybody's path.
    private static readonly Lazy<string?> Program = new(() =>
        new[] { "danted", "/usr/sbin/danted" }.FirstOrDefault(danted => ChildProcess.OutputOf(danted, "-v") is not null));

    public static bool IsInstalled(out string why)
    {
        why = "Dante is not installed: apt-get install dante-server";
        return Program.Value is not null;
    }

    /// <param name="target">The port that it leads to.</param>
    public static Peer Start(int target)
    {
        Peer.Require(IsInstalled);
        return Peer.Start(tls: false, (port, folder) =>
        [
            Program.Value!, "-f", folder.Write("danted.conf", Configuration(port, target)),
            "-p", Path.Combine(folder.FullName, "danted.pid"),
        ]);
    }

    private static string Configuration(int port, int target) => FormattableString.Invariant($$"""
        logoutput: stderr
        internal: 127.0.0.1 port = {{port}}
        external: 127.0.0.1
        clientmethod: none
        socksmethod: none
        client pass { from: 127.0.0.1/32 to: 0.0.0.0/0 }
        socks pass { from: 127.0.0.1/32 to: 127.0.0.1/32 port = {{target}} command: connect }

        """);
}
