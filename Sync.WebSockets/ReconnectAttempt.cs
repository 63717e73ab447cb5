using System;
using System.Threading;

namespace Sync.WebSockets;

/// <summary>
/// One attempt of a <see cref="ReconnectingWebSocketClient"/> to connect. The hook <see cref="ReconnectingWebSocketClientOptions.Connecting"/> may
/// change where it goes and with what; later attempts begin with the original again.
/// </summary>
public sealed class ReconnectAttempt
{
    private Uri _uri;

    /// <summary>Initializes a new instance of the <see cref="ReconnectAttempt"/> class.</summary>
    /// <param name="uri">Where it goes.</param>
    /// <param name="options">What it connects with.</param>
    /// <param name="number">1 for the first attempt, and for the first one after a connection was lost.</param>
    /// <param name="lastFailure">Why the one before failed, or the last connection ended; null for none.</param>
    /// <param name="lastLoss">Why the last connection ended; null when there was none.</param>
    /// <param name="cancellationToken">Cancelled when the client ends.</param>
    public ReconnectAttempt(
        Uri uri, WebSocketClientOptions options, int number, Exception? lastFailure, Exception? lastLoss, CancellationToken cancellationToken)
    {
        _uri = uri ?? throw new ArgumentNullException(nameof(uri));
        Options = options ?? throw new ArgumentNullException(nameof(options));
        Number = number;
        LastFailure = lastFailure;
        LastLoss = lastLoss;
        CancellationToken = cancellationToken;
    }

    /// <summary>Gets or sets where this attempt goes.</summary>
    public Uri Uri
    {
        get => _uri;
        set => _uri = value ?? throw new ArgumentNullException(nameof(Uri));
    }

    /// <summary>Gets what this attempt connects with: a copy that is its own, for instance for a fresh token.</summary>
    public WebSocketClientOptions Options { get; }

    /// <summary>Gets the attempt's number: 1 for the first one, and for the first one after a connection was lost.</summary>
    public int Number { get; }

    /// <summary>Gets why the attempt before failed, or the last connection ended; null at the very first one.</summary>
    public Exception? LastFailure { get; }

    /// <summary>Gets why the last connection ended, however many attempts ago; null: there was none yet, so there is nothing to resume.</summary>
    public Exception? LastLoss { get; }

    /// <summary>Gets what is cancelled when the client is closed or disposed: for what a hook waits for.</summary>
    public CancellationToken CancellationToken { get; }
}
