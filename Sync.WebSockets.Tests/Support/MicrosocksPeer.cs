using System;
using System.Globalization;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>microsocks, a SOCKS5 proxy that leads everywhere, for everybody or for one user.</summary>
internal static class MicrosocksPeer
{
    // It has no option that does nothing and succeeds.
    private static readonly Lazy<bool> Installed = new(() => ChildProcess.OutputOf("sh", "-c", "command -v microsocks") is not null);

    public static bool IsInstalled(out string why)
    {
        why = "microsocks is not installed: apt-get install microsocks";
        return Installed.Value;
    }

    /// <param name="user">Null: everybody may.</param>
    public static Peer Start(NetworkCredential? user = null)
    {
        Peer.Require(IsInstalled);

        // Bound to that address, it does not try the ::1 that localhost may have too, and only that.
        return Peer.Start(tls: false, (port, _) =>
        [
            "microsocks", "-i", "127.0.0.1", "-b", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture),
            .. user is null ? [] : new[] { "-u", user.UserName, "-P", user.Password },
        ]);
    }
}
