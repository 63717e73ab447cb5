using System.Globalization;
using System.Linq;
using System.Text;
using Sync.WebSockets.Protocol.Handshake;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol.Proxies;

/// <summary>
/// SOCKS5 (RFC 1928) with user name and password (RFC 1929): three requests, and the check of the reply to each, which says what is wrong as
/// a sentence, or null. Replies are read by exact lengths, since the octets behind the last one are the server's.
/// </summary>
internal static class Socks5
{
    public const int GreetingReplyLength = 2;
    public const int CredentialsReplyLength = 2;

    public const int ConnectReplyLength = 2;

    /// <summary>Behind an accepting reply to CONNECT comes an address; this much of it tells how long it is.</summary>
    public const int AddressStart = 3;

    private const byte Version = 5;
    private const byte CredentialsVersion = 1;
    private const byte ConnectCommand = 1;

    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;
    private const byte NoneAcceptable = 0xFF;

    private const byte IPv4 = 1;
    private const byte DomainName = 3;
    private const byte IPv6 = 4;
    private const int PortLength = 2;

    // RFC 1928, 6: from code 1 on, what each means and what to do.
    private static readonly string[] Refusals =
    [
        "general failure: its log may say more",
        "its rules do not allow the connection: allow this host and port there",
        "network unreachable: check the network behind the proxy",
        "host unreachable: check the host, and that the proxy can resolve its name",
        "connection refused: check the port, and that the server runs",
        "time to live expired: check the way from the proxy to the server",
        "command not supported: it makes no connections to servers, so use another proxy",
        "address type not supported: use a name in place of an address, or an IPv4 address",
    ];

    // 3: the methods that we know, no other.
    public static byte[] Greeting(bool withCredentials) =>
        withCredentials ? [Version, 2, NoAuthentication, UserAndPassword] : [Version, 1, NoAuthentication];

    public static string? CheckGreeting(byte[] reply, bool withCredentials, out bool wantsCredentials)
    {
        byte method = reply[1];
        wantsCredentials = method == UserAndPassword;
        if (CheckVersion(reply[0]) is { } problem)
            return problem;
        return method switch
        {
            NoAuthentication => null,
            UserAndPassword when withCredentials => null,
            NoneAcceptable when withCredentials =>
                "The SOCKS5 proxy accepts us neither with user name and password nor without (0xFF): allow one of them there.",
            NoneAcceptable =>
                "The SOCKS5 proxy does not accept us without credentials (0xFF), and none were offered: give a user name and password for it.",
            _ => $"The SOCKS5 proxy chose the authentication {Hex(method)}, expected one that was offered: 0x00"
                + (withCredentials ? " or 0x02" : "") + "; it does not follow RFC 1928, 3.",
        };
    }

    // RFC 1929, 2. It names no encoding; UTF-8 is what others send.
    public static byte[]? Credentials(string user, string password, out string? problem)
    {
        byte[] userOctets = Encoding.UTF8.GetBytes(user);
        byte[] passwordOctets = Encoding.UTF8.GetBytes(password);
        problem = CheckLength("user name", userOctets, shortest: 1) ?? CheckLength("password", passwordOctets, shortest: 0);
        return problem is null
            ? [CredentialsVersion, (byte)userOctets.Length, .. userOctets, (byte)passwordOctets.Length, .. passwordOctets]
            : null;
    }

    public static string? CheckCredentials(byte[] reply)
    {
        if (reply[0] != CredentialsVersion)
            return $"The SOCKS5 proxy's answer to the password begins with {Hex(reply[0])}, expected 0x01: it does not follow RFC 1929, 2.";
        return reply[1] == 0
            ? null
            : $"The SOCKS5 proxy refused user name and password with status {Hex(reply[1])}, expected 0x00: check both.";
    }

    // RFC 1928, 4 and 5. A name goes as it is: the proxy resolves it.
    public static byte[]? Connect(string host, int port, out string? problem)
    {
        problem = null;
        byte[] address;
        if (IPLiteral.Octets(host) is { } literal)
        {
            address = [literal.Length == 4 ? IPv4 : IPv6, .. literal];
        }
        else if (host.Length is >= 1 and <= 255 && host.All(c => c is > ' ' and <= '~'))
        {
            address = [DomainName, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)];
        }
        else
        {
            problem = Invariant($"The host {HttpGrammar.Quote(host)} has {host.Length} characters, expected 1 to 255, all of ASCII and none blank ")
                + "(RFC 1928, 5): SOCKS5 cannot carry another name.";
            return null;
        }
        return [Version, ConnectCommand, 0, .. address, (byte)(port >> 8), (byte)port];
    }

    public static string? CheckConnect(byte[] reply) => CheckVersion(reply[0]) ?? CheckCode(reply[1]);

    /// <summary>Where the proxy connects from, which nobody needs to know.</summary>
    /// <param name="start">The first <see cref="AddressStart"/> octets.</param>
    /// <param name="rest">How many more there are.</param>
    public static string? CheckAddress(byte[] start, out int rest)
    {
        // 6: the first is reserved, and no reason to fail; the third is the length of a name, or the first of an address.
        rest = start[1] switch
        {
            IPv4 => 4 - 1 + PortLength,
            IPv6 => 16 - 1 + PortLength,
            DomainName => start[2] + PortLength,
            _ => 0,
        };
        return rest > 0
            ? null
            : $"The SOCKS5 proxy's reply holds an address of type {Hex(start[1])}, expected 0x01, 0x03 or 0x04: it does not follow RFC 1928, 6.";
    }

    private static string? CheckVersion(byte version) => version switch
    {
        Version => null,
        (byte)'H' => "The proxy seems to speak HTTP (its first octet is 0x48), expected SOCKS5 (0x05): write http:// for its address.",
        0 or 4 => $"The proxy seems to speak SOCKS4 (its first octet is {Hex(version)}), expected SOCKS5 (0x05): enable version 5 there.",
        _ => $"The proxy's answer begins with {Hex(version)}, expected 0x05 for SOCKS5 (RFC 1928, 3): check its scheme, host and port.",
    };

    private static string? CheckCode(byte code)
    {
        if (code == 0)
            return null;
        string meaning = code <= Refusals.Length ? Refusals[code - 1] : "a code that RFC 1928, 6 does not define: its log may say more";
        return $"The SOCKS5 proxy did not connect to the server. It answered {Hex(code)}, expected 0x00; {meaning}.";
    }

    // RFC 1929 wants a password of one octet at least; servers take none, and who has none can say nothing else.
    private static string? CheckLength(string what, byte[] octets, int shortest) => octets.Length >= shortest && octets.Length <= 255
        ? null
        : Invariant($"The {what} for the SOCKS5 proxy has {octets.Length} octets in UTF-8, expected {shortest} to 255 (RFC 1929, 2): SOCKS5 cannot carry another.");

    private static string Hex(byte octet) => "0x" + octet.ToString("X2", CultureInfo.InvariantCulture);
}
