using System.Globalization;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
public sealed class Socks5Tests
{
    private const string Loopback6 = "0000 0000 0000 0000 0000 0000 0000 0001";

    [TestCase(false, "05 01 00")]
    [TestCase(true, "05 02 00 02")]
    public void Greeting_offers_what_we_can_do(bool withCredentials, string octets) =>
        Socks5.Greeting(withCredentials).Should().Equal(Wire.Hex(octets));

    [TestCase("05 00", false, false)]
    [TestCase("05 00", true, false)]
    [TestCase("05 02", true, true)]
    public void A_method_that_was_offered_is_taken(string reply, bool withCredentials, bool wantsCredentials)
    {
        byte[] octets = Wire.Hex(reply);
        octets.Should().HaveCount(Socks5.GreetingReplyLength);

        Socks5.CheckGreeting(octets, withCredentials, out bool wanted).Should().BeNull();

        wanted.Should().Be(wantsCredentials);
    }

    [TestCase("05 FF", true, "neither with user name and password nor without")]
    [TestCase("05 FF", false, "none were offered: give a user name and password")]
    [TestCase("05 02", false, "chose the authentication 0x02, expected one that was offered: 0x00;")]
    [TestCase("05 01", false, "chose the authentication 0x01, expected one that was offered: 0x00;")]
    [TestCase("05 01", true, "chose the authentication 0x01, expected one that was offered: 0x00 or 0x02;")]
    [TestCase("05 80", true, "chose the authentication 0x80")]
    public void Another_method_is_refused(string reply, bool withCredentials, string told) =>
        Socks5.CheckGreeting(Wire.Hex(reply), withCredentials, out _).Should().Contain(told).And.EndWith(".");

    [TestCase("48", "HTTP (its first octet is 0x48)")]
    [TestCase("00", "SOCKS4 (its first octet is 0x00)")]
    [TestCase("04", "SOCKS4 (its first octet is 0x04)")]
    [TestCase("01", "begins with 0x01, expected 0x05")]
    [TestCase("06", "begins with 0x06, expected 0x05")]
    [TestCase("15", "begins with 0x15, expected 0x05")]
    [TestCase("53", "begins with 0x53, expected 0x05")]
    public void Another_version_is_refused_in_either_reply(string version, string told)
    {
        Socks5.CheckGreeting(Wire.Hex(version + "00"), false, out _).Should().Contain(told).And.EndWith(".");
        Socks5.CheckConnect(Wire.Hex(version + "01")).Should().Contain(told).And.EndWith(".");
    }

    [TestCase("user", "pass", "01 04 75736572 04 70617373")]
    [TestCase("\u00FC", "\u20AC ", "01 02 C3BC 04 E282AC20")]
    public void User_name_and_password_are_sent_in_UTF8(string user, string password, string octets)
    {
        Socks5.Credentials(user, password, out string? problem).Should().Equal(Wire.Hex(octets));

        problem.Should().BeNull();
    }

    [TestCase(1, 255)]
    [TestCase(255, 1)]
    [TestCase(1, 0)]
    public void User_name_and_password_have_up_to_255_octets(int user, int password)
    {
        byte[]? octets = Socks5.Credentials(new string('u', user), new string('p', password), out string? problem);

        problem.Should().BeNull();
        octets.Should().HaveCount(3 + user + password);
        octets![1].Should().Be((byte)user);
        octets[2 + user].Should().Be((byte)password);
    }

    [TestCase(0, 1, "user name for the SOCKS5 proxy has 0 octets")]
    [TestCase(128, 1, "user name for the SOCKS5 proxy has 256 octets")]
    [TestCase(0, 128, "user name for the SOCKS5 proxy has 0 octets")]
    [TestCase(1, 128, "password for the SOCKS5 proxy has 256 octets")]
    public void User_name_and_password_that_do_not_fit_are_refused_and_not_shown(int user, int password, string told)
    {
        Socks5.Credentials(new string('\u00FC', user), new string('\u00FC', password), out string? problem).Should().BeNull();

        problem.Should().Contain(told).And.NotContain("\u00FC");
    }

    [Test]
    public void Accepted_credentials_are_no_problem()
    {
        byte[] reply = Wire.Hex("01 00");

        reply.Should().HaveCount(Socks5.CredentialsReplyLength);
        Socks5.CheckCredentials(reply).Should().BeNull();
    }

    [TestCase("01 01", "refused user name and password with status 0x01")]
    [TestCase("01 FF", "refused user name and password with status 0xFF")]
    [TestCase("05 00", "begins with 0x05, expected 0x01")]
    [TestCase("00 00", "begins with 0x00, expected 0x01")]
    public void Refused_credentials_are_told(string reply, string told) =>
        Socks5.CheckCredentials(Wire.Hex(reply)).Should().Contain(told).And.EndWith(".");

    [TestCase("example.com", 443, "05 01 00 03 0B 6578616D706C652E636F6D 01BB")]
    [TestCase("127.0.0.1", 80, "05 01 00 01 7F000001 0050")]
    [TestCase("::1", 65535, "05 01 00 04" + Loopback6 + "FFFF")]
    [TestCase("[::1]", 1, "05 01 00 04" + Loopback6 + "0001")]
    [TestCase("fe80::1%5", 80, "05 01 00 04 FE80 0000 0000 0000 0000 0000 0000 0001 0050")]
    [TestCase("::ffff:10.0.0.1", 80, "05 01 00 01 0A000001 0050")]
    [TestCase("127.1", 80, "05 01 00 03 05 3132372E31 0050")]
    [TestCase("!~", 80, "05 01 00 03 02 217E 0050")]
    public void An_address_goes_as_octets_and_a_name_as_it_is(string host, int port, string octets)
    {
        Socks5.Connect(host, port, out string? problem).Should().Equal(Wire.Hex(octets));

        problem.Should().BeNull();
    }

    [TestCase(1)]
    [TestCase(255)]
    public void A_name_has_up_to_255_octets(int length)
    {
        byte[]? octets = Socks5.Connect(new string('a', length), 80, out string? problem);

        problem.Should().BeNull();
        octets.Should().HaveCount(7 + length);
        octets![4].Should().Be((byte)length);
    }

    [TestCase("", "has 0 characters")]
    [TestCase("b\u00FCcher.example", "The host 'b?cher.example' has 14 characters")]
    [TestCase("a b", "none blank")]
    [TestCase("a\0b", "none blank")]
    public void A_name_that_does_not_fit_is_refused(string host, string told)
    {
        Socks5.Connect(host, 80, out string? problem).Should().BeNull();

        problem.Should().Contain(told).And.EndWith(".");
    }

    [Test]
    public void A_name_of_256_octets_is_refused()
    {
        Socks5.Connect(new string('a', 256), 80, out string? problem).Should().BeNull();

        problem.Should().Contain("has 256 characters, expected 1 to 255");
    }

    [Test]
    public void An_open_tunnel_is_no_problem()
    {
        byte[] reply = Wire.Hex("05 00");

        reply.Should().HaveCount(Socks5.ConnectReplyLength);
        Socks5.CheckConnect(reply).Should().BeNull();
    }

    [TestCase("00 01 7F000001 0050")]
    [TestCase("00 04" + Loopback6 + "0050")]
    [TestCase("00 03 05 70726F7879 0050")]
    [TestCase("00 03 00 0050")]
    [TestCase("FF 01 00000000 0000", Description = "The first octet is reserved.")]
    public void The_start_of_an_address_tells_how_much_is_left(string address)
    {
        byte[] octets = Wire.Hex(address);

        Socks5.CheckAddress([.. octets.Take(Socks5.AddressStart)], out int rest).Should().BeNull();

        rest.Should().Be(octets.Length - Socks5.AddressStart);
    }

    [Test]
    public void The_longest_address_is_a_name_of_255_octets()
    {
        Socks5.CheckAddress(Wire.Hex("00 03 FF"), out int rest).Should().BeNull();

        rest.Should().Be(255 + 2);
    }

    [TestCase(0x01, "general failure")]
    [TestCase(0x02, "rules")]
    [TestCase(0x03, "network unreachable")]
    [TestCase(0x04, "host unreachable")]
    [TestCase(0x05, "connection refused")]
    [TestCase(0x06, "time to live")]
    [TestCase(0x07, "command not supported")]
    [TestCase(0x08, "address type not supported")]
    [TestCase(0x09, "does not define")]
    [TestCase(0xFF, "does not define")]
    public void A_refusal_is_told_with_its_meaning(int code, string told)
    {
        string hex = code.ToString("X2", CultureInfo.InvariantCulture);

        Socks5.CheckConnect(Wire.Hex("05" + hex)).Should().Contain("0x" + hex).And.Contain(told).And.EndWith(".");
    }

    [TestCase("00")]
    [TestCase("02")]
    [TestCase("05")]
    [TestCase("FF")]
    public void An_unknown_type_of_address_is_refused(string type)
    {
        Socks5.CheckAddress(Wire.Hex("00" + type + "00"), out int rest).Should().Contain("type 0x" + type).And.EndWith(".");

        rest.Should().Be(0);
    }
}
