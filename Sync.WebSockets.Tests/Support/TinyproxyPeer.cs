using System;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>Tinyproxy as a forward proxy: it leads to one port only, for everybody or for one user.</summary>
internal static class TinyproxyPeer
{
    private static readonly Lazy<bool> Installed = new(() => ChildProcess.OutputOf("tinyproxy", "-v") is not null);

    public static bool IsInstalled(out string why)
    {
        why = "tinyproxy is not installed: apt-get install tinyproxy";
        return Installed.Value;
    }

    /// <param name="target">The port that it leads to.</param>
    /// <param name="user">Null: everybody may; else it asks for the password by Basic.</param>
    public static Peer Start(int target, NetworkCredential? user = null)
    {
        Peer.Require(IsInstalled);
        return Peer.Start(tls: false, (port, folder) =>
            ["tinyproxy", "-d", "-c", folder.Write("tinyproxy.conf", Configuration(port, target, user))]);
    }

    private static string Configuration(int port, int target, NetworkCredential? user) => FormattableString.Invariant($"""
        Port {port}
        Listen 127.0.0.1
        LogLevel Warning
        ConnectPort {target}
        {(user is null ? "" : $"BasicAuth {user.UserName} {user.Password}")}

        """);
}
