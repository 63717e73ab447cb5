using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Sync.WebSockets.Support;

/// <summary>
/// python-websockets: echoes messages at "/". At "/pings" it sends a ping every 100 ms and answers each message with "pings pongs",
/// the counts of what it sent and got; "/close/{status}" closes at once. It prints the status of each Close frame that came.
/// </summary>
internal static class PythonPeer
{
    // The system's own first: Debian's package is not seen by an interpreter that was installed beside it.
    private static readonly Lazy<string?> Interpreter = new(() =>
        new[] { "/usr/bin/python3", "python3", "python" }.FirstOrDefault(python => ChildProcess.OutputOf(python, "-c", "import websockets") is not null));

    private static readonly Lazy<bool> OpenSsl = new(() => ChildProcess.OutputOf("openssl", "version") is not null);

    public static bool IsInstalled(out string why)
    {
        why = "python3-websockets is not installed: apt-get install python3-websockets";
        return Interpreter.Value is not null;
    }

    public static bool CanServeTls(out string why)
    {
        why = "openssl, which makes the certificate readable to Python, is not installed: apt-get install openssl";
        return OpenSsl.Value;
    }

    /// <param name="pingInterval">How often the server pings at "/"; null: never.</param>
    /// <param name="tls">Whether it serves wss.</param>
    public static Peer Start(TimeSpan? pingInterval = null, bool tls = false)
    {
        Peer.Require(IsInstalled);
        if (tls)
            Peer.Require(CanServeTls);
        double seconds = pingInterval?.TotalSeconds ?? 0;
        return Peer.Start(tls, (port, folder) =>
        [
            Interpreter.Value!, "-u", Peer.File("python-echo.py"),
            port.ToString(CultureInfo.InvariantCulture), seconds.ToString(CultureInfo.InvariantCulture),
            .. tls ? new[] { WritePem(folder) } : [],
        ]);
    }

    // Python reads no PFX, and .NET Framework writes no PEM.
    private static string WritePem(TempFolder folder)
    {
        string pfx = folder.Write("server.pfx", TestCertificates.LocalhostPfx);
        string pem = Path.Combine(folder.FullName, "server.pem");
        if (ChildProcess.OutputOf("openssl", "pkcs12", "-in", pfx, "-out", pem, "-nodes", "-passin", "pass:" + TestCertificates.Password) is null)
            throw new InvalidOperationException("openssl could not turn the certificate into PEM.");
        return pem;
    }
}
