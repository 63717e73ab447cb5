using System;
using System.IO;

namespace Sync.WebSockets.Support;

/// <summary>The openssl program, for what .NET Framework cannot write.</summary>
internal static class OpenSsl
{
    private static readonly Lazy<bool> Installed = new(() => ChildProcess.OutputOf("openssl", "version") is not null);

    public static bool IsInstalled(out string why)
    {
        why = "openssl, which makes certificates and passwords readable to servers, is not installed: apt-get install openssl";
        return Installed.Value;
    }

    /// <summary>Writes server.pem, the certificate of these tests with its key. Returns the file's full name.</summary>
    public static string WritePem(TempFolder folder)
    {
        string pfx = folder.Write("server.pfx", TestCertificates.LocalhostPfx);
        string pem = Path.Combine(folder.FullName, "server.pem");
        Run("pkcs12", "-in", pfx, "-out", pem, "-nodes", "-passin", "pass:" + TestCertificates.Password);
        return pem;
    }

    /// <summary>A password as files of users hold it.</summary>
    public static string Hash(string password) => Run("passwd", "-apr1", password).Trim();

    private static string Run(params string[] arguments) => ChildProcess.OutputOf("openssl", arguments)
        ?? throw new InvalidOperationException($"openssl {arguments[0]} failed.");
}
