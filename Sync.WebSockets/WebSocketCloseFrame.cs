using System;
using System.Globalization;
using System.Net.WebSockets;

namespace Sync.WebSockets;

/// <summary>What a Close frame said (RFC 6455 section 5.5.1).</summary>
public readonly struct WebSocketCloseFrame : IEquatable<WebSocketCloseFrame>
{
    private readonly string? _description;

    /// <summary>Initializes a new instance of the <see cref="WebSocketCloseFrame"/> struct.</summary>
    /// <param name="status">The status code, or null for a frame without one.</param>
    /// <param name="description">The reason; null is the same as empty.</param>
    public WebSocketCloseFrame(WebSocketCloseStatus? status, string? description)
    {
        Status = status;
        _description = description;
    }

    /// <summary>Gets the status code; null when the frame held none (which RFC 6455 calls 1005).</summary>
    public WebSocketCloseStatus? Status { get; }

    /// <summary>Gets the reason that came with the status; empty when there was none.</summary>
    public string Description => _description ?? string.Empty;

    /// <summary>Tells whether two frames say the same.</summary>
    /// <param name="left">One frame.</param>
    /// <param name="right">The other one.</param>
    /// <returns>True when they are equal.</returns>
    public static bool operator ==(WebSocketCloseFrame left, WebSocketCloseFrame right) => left.Equals(right);

    /// <summary>Tells whether two frames differ.</summary>
    /// <param name="left">One frame.</param>
    /// <param name="right">The other one.</param>
    /// <returns>True when they differ.</returns>
    public static bool operator !=(WebSocketCloseFrame left, WebSocketCloseFrame right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(WebSocketCloseFrame other) =>
        Status == other.Status && string.Equals(Description, other.Description, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WebSocketCloseFrame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Status ?? WebSocketCloseStatus.Empty);

    /// <summary>Describes the frame, for instance <c>1001 (EndpointUnavailable) "going away"</c>.</summary>
    /// <returns>The description.</returns>
    public override string ToString()
    {
        if (Status is not { } status)
            return "no status";
        string number = ((int)status).ToString(CultureInfo.InvariantCulture);
        string text = Enum.IsDefined(typeof(WebSocketCloseStatus), status) ? number + " (" + status.ToString() + ")" : number;
        return Description.Length == 0 ? text : text + " \"" + WithoutControls(Description) + "\"";
    }

    // It comes from the server and goes into logs, where a line break could forge a line.
    private static string WithoutControls(string text)
    {
        char[] chars = text.ToCharArray();
        for (int i = 0; i < chars.Length; i++)
        {
            if (char.IsControl(chars[i]))
                chars[i] = ' ';
        }
        return new string(chars);
    }
}
