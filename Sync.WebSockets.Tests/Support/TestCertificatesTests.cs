using System;
using System.Security.Cryptography.X509Certificates;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

[TestFixture]
internal sealed class TestCertificatesTests
{
    // The day of the tests' writing: what is valid then stays so for longer than the tests.
    private static readonly DateTime Day = new(2026, 1, 1);

    [Test]
    public void All_have_their_private_keys_and_names()
    {
        NameOf(TestCertificates.Localhost).Should().Be("localhost");
        NameOf(TestCertificates.Expired).Should().Be("localhost");
        NameOf(TestCertificates.WrongName).Should().Be("wrong.example");
        NameOf(TestCertificates.Client).Should().Be("client.example");
    }

    [Test]
    public void Only_one_is_expired()
    {
        TestCertificates.Expired.NotAfter.Should().BeBefore(Day);
        foreach (X509Certificate2 valid in new[] { TestCertificates.Localhost, TestCertificates.WrongName, TestCertificates.Client })
        {
            valid.NotBefore.Should().BeBefore(Day);
            valid.NotAfter.Year.Should().BeGreaterThan(2100);
        }
    }

    private static string NameOf(X509Certificate2 certificate)
    {
        certificate.HasPrivateKey.Should().BeTrue();
        return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }
}
