using System;
using System.Linq;
using System.Text;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Authentication;

/// <summary>
/// The value of Authorization or Proxy-Authorization (RFC 9110, 11.6.2 and 11.7.2). Messages show nothing of user and password: they end
/// up in logs.
/// </summary>
internal static class AuthenticationAnswer
{
    public const int MaxLength = 8 * 1024; // servers take hardly more in a line, and we take no more ourselves

    /// <summary>
    /// Null when there is no answer: the challenge is none of those that we know, or what it wants sent back is too long or cannot stand in
    /// a header. The random bytes are for this answer alone.
    /// </summary>
    /// <exception cref="FormatException">User or password cannot be sent in the way that the challenge asks for.</exception>
    public static string? Create(
        AuthenticationChallenge challenge, string user, string password, string method, string requestTarget, byte[] random)
    {
        CheckText("user name", user);
        CheckText("password", password);
        if (challenge.Kind is not { } kind)
            return null;
        string answer = kind == ChallengeKind.Basic
            ? Basic(user, password)
            : DigestAnswer.Create(challenge, user, password, method, requestTarget, DigestAnswer.Hex(random));
        return answer.Length <= MaxLength && HttpGrammar.IndexOfNonValue(answer) < 0 ? answer : null;
    }

    // RFC 7617, 2.1: charset asks for UTF-8. Without it the encoding is undefined (2), and browsers send UTF-8 too.
    private static string Basic(string user, string password)
    {
        if (user.Any(c => c == ':'))
            throw new FormatException("The user name holds a colon, which would end it (RFC 7617, 2); use another.");
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password));
    }

    // RFC 7617, 2. Digest sends the name in quotes, where control characters cannot stand either (RFC 9110, 5.6.4).
    private static void CheckText(string what, string text)
    {
        if (text.Any(c => c is < ' ' or '\u007F'))
            throw new FormatException($"The {what} holds a control character, which none may (RFC 7617, 2); remove it.");
    }
}
