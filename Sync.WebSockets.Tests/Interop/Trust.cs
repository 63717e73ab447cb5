using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>Trusts the certificate that the servers of these tests show, and no other one.</summary>
internal static class Trust
{
    public static bool InOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && certificate.GetCertHashString() == TestCertificates.Localhost.GetCertHashString();
}
