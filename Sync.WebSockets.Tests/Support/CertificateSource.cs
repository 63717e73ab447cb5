using System;
using System.Security.Cryptography.X509Certificates;
#if NET
using System.Net;
using System.Security.Cryptography;
#else
using System.IO;
#endif

namespace Sync.WebSockets.Support;

/// <summary>Where the certificates come from: made when first asked for, or, where the platform cannot make any, embedded.</summary>
internal static class CertificateSource
{
#if NET
    private static readonly DateTimeOffset FirstDay = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Pfx(string name)
    {
        using RSA key = RSA.Create(2048);
        string subject = name switch { "wrong-name" => "wrong.example", "client" => "client.example", _ => "localhost" };
        var request = new CertificateRequest("CN=" + subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(AlternativeNames(subject));
        request.CertificateExtensions.Add(Purpose(name == "client" ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1"));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: false));

        DateTimeOffset lastDay = name == "expired" ? FirstDay.AddMonths(1) : FirstDay.AddYears(100);
        using X509Certificate2 certificate = request.CreateSelfSigned(FirstDay, lastDay);
        return certificate.Export(X509ContentType.Pfx, TestCertificates.Password);
    }

    public static X509Certificate2 Load(byte[] pfx) => X509CertificateLoader.LoadPkcs12(pfx, TestCertificates.Password);

    private static X509Extension AlternativeNames(string subject)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(subject);
        if (subject == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        return names.Build();
    }

    private static X509EnhancedKeyUsageExtension Purpose(string oid) => new([new Oid(oid)], critical: false);
#else
    public static byte[] Pfx(string name)
    {
        string resource = $"Certificates/{name}.pfx";
        using Stream stream = typeof(CertificateSource).Assembly.GetManifestResourceStream(resource)
            ?? throw new ArgumentException("No such resource: " + resource, nameof(name));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static X509Certificate2 Load(byte[] pfx) => new(pfx, TestCertificates.Password, X509KeyStorageFlags.Exportable);
#endif
}
