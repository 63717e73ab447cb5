using System;
using System.Security.Cryptography.X509Certificates;

namespace Sync.WebSockets.Support;

/// <summary>Self-signed certificates with their private keys; none of them is worth anything outside these tests.</summary>
internal static class TestCertificates
{
    public const string Password = "test";

    private static readonly Lazy<byte[]> LazyPfx = new(() => CertificateSource.Pfx("localhost"));
    private static readonly Lazy<X509Certificate2> LazyLocalhost = new(() => CertificateSource.Load(LazyPfx.Value));
    private static readonly Lazy<X509Certificate2> LazyExpired = Of("expired");
    private static readonly Lazy<X509Certificate2> LazyWrongName = Of("wrong-name");
    private static readonly Lazy<X509Certificate2> LazyClient = Of("client");

    /// <summary>For localhost, 127.0.0.1 and ::1.</summary>
    public static X509Certificate2 Localhost => LazyLocalhost.Value;

    /// <summary><see cref="Localhost"/> as a file for servers in other processes, under <see cref="Password"/>.</summary>
    public static byte[] LocalhostPfx => LazyPfx.Value;

    public static X509Certificate2 Expired => LazyExpired.Value;

    /// <summary>For wrong.example only.</summary>
    public static X509Certificate2 WrongName => LazyWrongName.Value;

    /// <summary>To show to a server that asks for one.</summary>
    public static X509Certificate2 Client => LazyClient.Value;

    private static Lazy<X509Certificate2> Of(string name) => new(() => CertificateSource.Load(CertificateSource.Pfx(name)));
}
