using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Benchmarks.Server;

/// <summary>A certificate for one run of the benchmarks: a file with the certificate and its key, which clients trust by its hash.</summary>
internal static class Certificate
{
    public static void Write(string file)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public static X509Certificate2 Load(string file) => X509Certificate2.CreateFromPemFile(file, file);

    /// <summary>Trusts that certificate only.</summary>
    public static RemoteCertificateValidationCallback Trust(string file)
    {
        string hash = Load(file).GetCertHashString(HashAlgorithmName.SHA256);
        return (_, certificate, _, _) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == hash;
    }
}
