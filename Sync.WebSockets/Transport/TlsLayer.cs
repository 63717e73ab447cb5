using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sync.WebSockets.Transport;

/// <summary>TLS over a stream, by blocking calls.</summary>
internal static class TlsLayer
{
    /// <summary>Blocks until the handshake is done.</summary>
    /// <param name="inner">What to put it on; freed when the handshake fails.</param>
    /// <param name="host">What the certificate must be issued for, and what SNI says.</param>
    /// <param name="peer">Who that is, for messages: "server" or "proxy".</param>
    /// <param name="options">The program's options.</param>
    /// <param name="clientCertificates">What the peer may ask for.</param>
    /// <param name="watch">Knows what a failure is told as.</param>
    public static SslStream Wrap(
        Stream inner, string host, string peer, WebSocketClientOptions options, X509CertificateCollection clientCertificates, DialWatch watch)
    {
        CertificateCheck check = new(host, peer, options.RemoteCertificateValidationCallback);
#if NET
        TlsStream stream = new(inner, check.Validate);
#else
        SslStream stream = new(inner, leaveInnerStreamOpen: false, check.Validate);
#endif
        try
        {
            Authenticate(stream, host, options, clientCertificates);
            return stream;
        }
        catch (Exception e)
        {
            // On Mono what a handshake has begun stays in memory for good unless the stream is disposed. Nobody else uses it yet.
            Link.Free(inner, stream);
            if (check.Failure is { } failure)
                throw watch.Failure(failure, check.Thrown ?? e as AuthenticationException ?? new AuthenticationException(failure, e));
            throw;
        }
    }

    private static void Authenticate(SslStream stream, string host, WebSocketClientOptions options, X509CertificateCollection clientCertificates)
    {
#if NET
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificates = clientCertificates,
            EnabledSslProtocols = options.SslProtocols,
            CertificateRevocationCheckMode = options.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            // A renegotiation would write from inside Read, beside the writer.
            AllowRenegotiation = false,
        });
#else
        // There None means what was the default of 2005.
        SslProtocols protocols = options.SslProtocols == SslProtocols.None && IsOldFramework ? SslProtocols.Tls12 : options.SslProtocols;
        stream.AuthenticateAsClient(host, clientCertificates, protocols, options.CheckCertificateRevocation);
#endif
    }

#if !NET
    // .NET Framework and Mono have mscorlib at their core, later ones do not.
    private static readonly bool IsOldFramework =
        string.Equals(typeof(object).Assembly.GetName().Name, "mscorlib", StringComparison.Ordinal);
#endif

    /// <summary>The answer to one certificate, and why it was no. Runs on the dialling thread.</summary>
    private sealed class CertificateCheck(string host, string peer, RemoteCertificateValidationCallback? users)
    {
        public string? Failure { get; private set; }

        public Exception? Thrown { get; private set; }

        public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (users is null)
            {
                if (errors == SslPolicyErrors.None)
                    return true;
                Failure = Describe(certificate, chain, errors);
                return false;
            }
            try
            {
                if (users(sender, certificate, chain, errors))
                    return true;
                Failure = $"The RemoteCertificateValidationCallback refused the {peer}'s certificate. " + Describe(certificate, chain, errors);
            }
            catch (Exception e)
            {
                Thrown = e;
                Failure = "The RemoteCertificateValidationCallback threw " + e.GetType().Name + ": " + e.Message;
            }
            return false;
        }

        private string Describe(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is null)
                return $"The {peer} sent no certificate.";
            List<string> reasons = [];
            if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
                reasons.Add($"it is not issued for {host} (connect by a name that it holds, or set TargetHost)");
            if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
                reasons.Add("its chain is not valid" + ChainErrors(chain));
            using X509Certificate2 dated = new(certificate);
            return string.Format(
                CultureInfo.InvariantCulture,
                "The {0}'s certificate ({1}, issued by {2}, valid from {3:u} to {4:u}) was judged: {5}. A certificate of your own can be accepted in RemoteCertificateValidationCallback.",
                peer,
                certificate.Subject,
                certificate.Issuer,
                dated.NotBefore.ToUniversalTime(),
                dated.NotAfter.ToUniversalTime(),
                reasons.Count == 0 ? "valid" : string.Join(", ", reasons));
        }

        private static string ChainErrors(X509Chain? chain)
        {
            if (chain is null || chain.ChainStatus.Length == 0)
                return string.Empty;
            List<string> texts = [];
            foreach (X509ChainStatus status in chain.ChainStatus)
                texts.Add(status.Status.ToString());
            return " (" + string.Join(", ", texts) + ")";
        }
    }
}
