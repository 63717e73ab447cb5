using System.Globalization;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// "HTTP/1.1 101 Switching Protocols" (RFC 9112, 4): everything before the reason has its fixed place, so each octet can be judged as it
/// comes, and a listener that speaks something else is found out at its first octet, not when it ends a line.
/// </summary>
internal static class StatusLine
{
    private const string Name = "HTTP/1.";
    private const int CodeIndex = 9;
    private const int ReasonIndex = 13;

    public static bool Fits(int index, byte octet) => index switch
    {
        < 7 => octet == Name[index],
        7 => octet is (byte)'0' or (byte)'1',
        8 => octet == ' ',
        CodeIndex => octet is >= (byte)'1' and <= (byte)'9',
        10 or 11 => octet is >= (byte)'0' and <= (byte)'9',
        // The space must be sent even before an empty reason; some servers forget it, and nothing else can be meant.
        12 => octet is (byte)' ' or (byte)'\r',
        _ => true,
    };

    /// <summary>Reads a line of which every octet fitted.</summary>
    public static HttpHead Parse(string line) => new(
        line.Substring(0, CodeIndex - 1),
        int.Parse(line.Substring(CodeIndex, 3), NumberStyles.None, CultureInfo.InvariantCulture),
        line.Length > ReasonIndex ? line.Substring(ReasonIndex) : "",
        new WebSocketHeaders());
}
