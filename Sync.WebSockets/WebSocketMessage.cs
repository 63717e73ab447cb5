using System;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Sync.WebSockets;

/// <summary>One whole message, text or binary (RFC 6455 section 5.6).</summary>
/// <remarks>
/// The data belongs to whoever holds the message: the library keeps no reference to a received message's array and never
/// reuses it. The type is immutable apart from the content of that array.
/// </remarks>
public readonly struct WebSocketMessage : IEquatable<WebSocketMessage>
{
    // Messages that come off the wire were validated; a message made by hand may hold anything.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[]? _data;

    internal WebSocketMessage(WebSocketMessageType messageType, byte[] data)
    {
        MessageType = messageType;
        _data = data;
    }

    /// <summary>Gets the type: <see cref="WebSocketMessageType.Text"/> or <see cref="WebSocketMessageType.Binary"/>.</summary>
    public WebSocketMessageType MessageType { get; }

    /// <summary>Gets the payload, exactly as long as the message; UTF-8 for a text message. Never null.</summary>
#pragma warning disable CA1819 // The array is the caller's for good: there is nothing to protect by a copy.
    public byte[] Data => _data ?? [];
#pragma warning restore CA1819

    /// <summary>Gets the text of a text message, decoded from <see cref="Data"/> at every call.</summary>
    /// <exception cref="InvalidOperationException">The message is binary.</exception>
    /// <exception cref="DecoderFallbackException">The message was made by hand and is not UTF-8; received text always is.</exception>
    public string Text => MessageType == WebSocketMessageType.Text
        ? Strict.GetString(Data)
        : throw new InvalidOperationException("The message is binary, so it has no text. Check MessageType first, or use Data.");

    /// <summary>Makes a text message, for instance as what a mock returns.</summary>
    /// <param name="text">The text; it must be valid UTF-16.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentException">The text is null or holds half of a surrogate pair.</exception>
    public static WebSocketMessage FromText(string text)
    {
        if (text is null)
            throw new ArgumentNullException(nameof(text));
        return new WebSocketMessage(WebSocketMessageType.Text, Strict.GetBytes(text));
    }

    /// <summary>Makes a binary message that holds the given array itself, not a copy.</summary>
    /// <param name="data">The payload.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    public static WebSocketMessage FromBinary(byte[] data) =>
        new(WebSocketMessageType.Binary, data ?? throw new ArgumentNullException(nameof(data)));

    /// <summary>Tells whether two messages have the same type and the same bytes.</summary>
    /// <param name="left">One message.</param>
    /// <param name="right">The other one.</param>
    /// <returns>True when they are equal.</returns>
    public static bool operator ==(WebSocketMessage left, WebSocketMessage right) => left.Equals(right);

    /// <summary>Tells whether two messages differ in type or bytes.</summary>
    /// <param name="left">One message.</param>
    /// <param name="right">The other one.</param>
    /// <returns>True when they differ.</returns>
    public static bool operator !=(WebSocketMessage left, WebSocketMessage right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(WebSocketMessage other) =>
        MessageType == other.MessageType && Data.AsSpan().SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WebSocketMessage other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (Data.Length * 397) ^ (Data.Length == 0 ? 0 : Data[0]) ^ (int)MessageType;

    /// <summary>Describes the message for logs and debuggers; never throws, and shows at most 100 characters of a text.</summary>
    /// <returns>The type, the length, and the beginning of a text.</returns>
    public override string ToString()
    {
        string head = string.Format(CultureInfo.InvariantCulture, "{0}, {1} bytes", MessageType, Data.Length);
        if (MessageType != WebSocketMessageType.Text || Data.Length == 0)
            return head;
        // Encoding.UTF8 replaces what it cannot read, so a cut or invalid sequence does no harm here.
        string text = Encoding.UTF8.GetString(Data, 0, Math.Min(Data.Length, 400));
        return head + ": " + (text.Length > 100 || Data.Length > 400 ? text.Substring(0, Math.Min(text.Length, 100)) + "..." : text);
    }
}
