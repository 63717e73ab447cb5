using System;
using System.Globalization;

namespace Sync.WebSockets.Support;

/// <summary>
/// The ws package of npm: echoes messages, compresses when the client offers it, picks the first subprotocol offered, and closes at once at
/// "/close/{status}". It prints the status of each Close frame that came.
/// The package is found beside the script (npm ci) or through NODE_PATH.
/// </summary>
internal static class NodePeer
{
    private static readonly Lazy<bool> Installed = new(() => ChildProcess.OutputOf("node", Script, "--check") is not null);

    private static string Script => Peer.File("ws-echo.js");

    public static bool IsInstalled(out string why)
    {
        why = "node or its ws package is not installed: apt-get install nodejs npm, then npm ci in Sync.WebSockets.Tests/Peers and a new build";
        return Installed.Value;
    }

    public static Peer Start(bool tls = false)
    {
        Peer.Require(IsInstalled);
        return Peer.Start(tls, (port, folder) =>
        [
            "node", Script, port.ToString(CultureInfo.InvariantCulture),
            .. tls ? new[] { folder.Write("server.pfx", TestCertificates.LocalhostPfx), TestCertificates.Password } : [],
        ]);
    }
}
