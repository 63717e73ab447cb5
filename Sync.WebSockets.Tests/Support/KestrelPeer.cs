using System;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>
/// ASP.NET Core's own WebSockets, in a .NET process also when the tests run elsewhere. It echoes frame by frame at "/" and, with
/// compression, at "/deflate"; "/refuse/{status}" answers with that status, "/close/{status}" closes at once, "/subprotocol" picks the
/// first one offered, "/silent" never reads. It prints the status of each Close frame that came.
/// </summary>
internal static class KestrelPeer
{
    private static readonly Lazy<bool> Installed =
        new(() => ChildProcess.OutputOf("dotnet", "--list-runtimes")?.IndexOf("Microsoft.AspNetCore.App 10.", StringComparison.Ordinal) >= 0);

    public static bool IsInstalled(out string why)
    {
        why = "The ASP.NET Core 10 runtime is not installed: apt-get install aspnetcore-runtime-10.0";
        return Installed.Value;
    }

    /// <param name="tls">Whether it serves wss.</param>
    /// <param name="home">The network it lives in; null: this machine's.</param>
    public static Peer Start(bool tls = false, Blackhole? home = null)
    {
        Peer.Require(IsInstalled);
        IPAddress address = home?.Address ?? IPAddress.Loopback;
        return Peer.Start(
            tls,
            (port, folder) =>
            [
                .. home?.Enter ?? [],
                "dotnet", Peer.File("Kestrel", "KestrelPeer.dll"), new IPEndPoint(address, port).ToString(),
                .. tls ? new[] { folder.Write("server.pfx", TestCertificates.LocalhostPfx), TestCertificates.Password } : [],
            ],
            home?.Address);
    }
}
