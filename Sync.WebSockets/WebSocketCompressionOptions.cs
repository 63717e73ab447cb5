using System;
using System.IO.Compression;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets;

/// <summary>
/// What is offered to the server of compression (permessage-deflate, RFC 7692), and how messages are compressed if it agrees. It may
/// ask for more restraint, or for no compression at all; <see cref="WebSocketClient.Response"/> tells in Sec-WebSocket-Extensions.
/// </summary>
/// <remarks>
/// <para>
/// Do not compress secrets together with text that others choose: from the length of what is sent they can guess the secret (CRIME,
/// BREACH). Send such messages with <c>compress: false</c>; an <see cref="IWebSocketClient"/>, such as a <see cref="ReconnectingWebSocketClient"/>
/// or what a pool lends, cannot, so leave compression off there.
/// </para>
/// <para>
/// Context takeover lets a message refer to earlier ones, which makes small messages much smaller, and costs memory for as long as
/// the connection lives: some 230 to 300 KiB with the largest windows. Without it that memory is only taken while a message is compressed or
/// inflated.
/// </para>
/// </remarks>
public sealed class WebSocketCompressionOptions
{
    private CompressionLevel _level = CompressionLevel.Optimal;
    private int _minimumSize = 64;
    private int _clientMaxWindowBits = DeflateParameters.MaxWindowBits;
    private int _serverMaxWindowBits = DeflateParameters.MaxWindowBits;

    /// <summary>Gets or sets how much time is spent on compressing. Default Optimal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such level.</exception>
    public CompressionLevel Level
    {
        get => _level;
        // 3 is SmallestSize, which older frameworks lack.
        set => _level = value is >= CompressionLevel.Optimal and <= (CompressionLevel)3
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Level), value, "Level must be a CompressionLevel.");
    }

    /// <summary>Gets or sets the size in bytes from which on messages are compressed; shorter ones are sent as they are. Default 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MinimumSize
    {
        get => _minimumSize;
        set => _minimumSize = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MinimumSize), value, "MinimumSize must not be negative.");
    }

    /// <summary>
    /// Gets or sets a value indicating whether messages that are sent may refer to earlier ones (RFC 7692 section 7.1.1.2). Default true;
    /// .NET Framework and Mono cannot do that, so there it is as if false.
    /// </summary>
    public bool ClientContextTakeover { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether messages that are received may refer to earlier ones (RFC 7692 section 7.1.1.1). Default
    /// true. When false, a server that does not agree is refused.
    /// </summary>
    public bool ServerContextTakeover { get; set; } = true;

    /// <summary>
    /// Gets or sets how far back messages that are sent refer at most, as the logarithm of a number of bytes (RFC 7692 section 7.1.2.2).
    /// A smaller window saves the server memory and compresses less. Default 15, which leaves it to the server.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 8 and 15.</exception>
    public int ClientMaxWindowBits
    {
        get => _clientMaxWindowBits;
        set => _clientMaxWindowBits = CheckBits(value, nameof(ClientMaxWindowBits));
    }

    /// <summary>
    /// Gets or sets how far back messages that are received may refer, as the logarithm of a number of bytes (RFC 7692 section 7.1.2.1).
    /// It saves the server memory, but not this client. Default 15: anything. When less, a server that does not agree is refused.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 8 and 15.</exception>
    public int ServerMaxWindowBits
    {
        get => _serverMaxWindowBits;
        set => _serverMaxWindowBits = CheckBits(value, nameof(ServerMaxWindowBits));
    }

    internal WebSocketCompressionOptions Copy() => (WebSocketCompressionOptions)MemberwiseClone();

    private static int CheckBits(int value, string name) => value is >= DeflateParameters.MinWindowBits and <= DeflateParameters.MaxWindowBits
        ? value
        : throw new ArgumentOutOfRangeException(name, value, name + " must lie between 8 and 15 (RFC 7692 section 7.1.2).");
}
