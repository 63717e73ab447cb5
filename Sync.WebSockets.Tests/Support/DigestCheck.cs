using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sync.WebSockets.Support;

/// <summary>
/// A server's side of Digest with qop=auth (RFC 7616, 3.4). It shares no code with the library, so that it can judge it.
/// </summary>
internal static class DigestCheck
{
    private static readonly Regex Parameter = new(
        "(?<name>\\w+)=(\"(?<value>[^\"]*)\"|(?<value>[^\",\\s]+))", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    /// <summary>Whether the request answers this nonce for this user, by the algorithm that it names itself.</summary>
    public static bool IsRight(ServerRequest request, string nonce, string user, string password, string header = "Authorization")
    {
        Dictionary<string, string> answer = Parameters(request[header]!);
        string algorithm = answer["algorithm"];
        string a1 = Hash(algorithm, user, answer["realm"], password);
        string a2 = Hash(algorithm, request.RequestLine.Split(' ')[0], request.Target);
        return answer["nonce"] == nonce
            && answer["username"] == user
            && answer["uri"] == request.Target
            && answer["response"] == Hash(algorithm, a1, nonce, answer["nc"], answer["cnonce"], answer["qop"], a2);
    }

    public static Dictionary<string, string> Parameters(string header) => Parameter.Matches(header)
        .Cast<Match>()
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);

#pragma warning disable CA5351 // Servers still ask for MD5.
    private static string Hash(string algorithm, params string[] parts)
    {
        using HashAlgorithm function = algorithm == "SHA-256" ? SHA256.Create() : MD5.Create();
        return string.Concat(function.ComputeHash(Encoding.UTF8.GetBytes(string.Join(":", parts))).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }
#pragma warning restore CA5351
}
