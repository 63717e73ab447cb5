using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Authentication;

/// <summary>
/// The answer to a challenge of one of the Digest kinds (RFC 7616, 3.4). All text in it is one character per octet: what the server sent is
/// hashed and sent back as the octets that came, whatever they mean; user and password become UTF-8, the only charset there is (3.3).
/// </summary>
internal static class DigestAnswer
{
    // 3.4: how often the server's nonce was used. Each answer of ours is the first to its challenge.
    private const string NonceCount = "00000001";

    public static string Create(
        AuthenticationChallenge challenge, string user, string password, string method, string requestTarget, string clientNonce)
    {
        ChallengeKind kind = challenge.Kind!.Value;
        using HashAlgorithm function = HashFunction(kind);
        string Hash(params string[] parts) => Hex(function.ComputeHash(HttpGrammar.Latin1.GetBytes(string.Join(":", parts))));

        string realm = challenge["realm"]!;
        string nonce = challenge["nonce"]!;
        string name = ToOctets(user);

        // 3.4.2 and 3.4.3.
        string a1 = Hash(name, realm, ToOctets(password));
        if (kind is ChallengeKind.DigestSha256Session or ChallengeKind.DigestMd5Session)
            a1 = Hash(a1, nonce, clientNonce);
        string a2 = Hash(method, requestTarget);

        // 3.4: which values have quotes is history, and fixed. Without qop: RFC 2617, 3.2.2.1.
        string?[] parameters =
        [
            challenge.HashesUserName ? Quoted("username", Hash(name, realm)) : UserName(user, name),
            Quoted("realm", realm),
            Quoted("uri", requestTarget),
            challenge["algorithm"] is { } algorithm ? "algorithm=" + algorithm : null,
            Quoted("nonce", nonce),
            challenge.HasQop ? "nc=" + NonceCount + ", " + Quoted("cnonce", clientNonce) + ", qop=auth" : null,
            Quoted("response", challenge.HasQop ? Hash(a1, nonce, NonceCount, clientNonce, "auth", a2) : Hash(a1, nonce, a2)),
            challenge["opaque"] is { } opaque ? Quoted("opaque", opaque) : null,
            challenge.HashesUserName ? "userhash=true" : null,
        ];
        return "Digest " + string.Join(", ", parameters.Where(parameter => parameter is not null));
    }

    public static string Hex(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

#pragma warning disable CA5351 // Many servers know only MD5. The choice is theirs: where SHA-256 is offered, it is taken.
    private static HashAlgorithm HashFunction(ChallengeKind kind) =>
        kind is ChallengeKind.DigestSha256 or ChallengeKind.DigestSha256Session ? SHA256.Create() : MD5.Create();
#pragma warning restore CA5351

    private static string ToOctets(string text) => HttpGrammar.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    // 3.4: a name outside ASCII, where UTF-8 differs, goes in the notation of RFC 5987. That must escape some octets and may escape all, so
    // there is no table of them here.
    private static string UserName(string user, string octets) => octets == user
        ? Quoted("username", user)
        : "username*=UTF-8''%" + BitConverter.ToString(HttpGrammar.Latin1.GetBytes(octets)).Replace('-', '%');

    // RFC 9110, 5.6.4.
    private static string Quoted(string name, string value) =>
        name + "=\"" + new StringBuilder(value).Replace("\\", "\\\\").Replace("\"", "\\\"").ToString() + "\"";
}
