using System;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

// A logger is user code: it may be slow, call back into the client or throw. So nothing is logged under a lock or with the gate held,
// nor on the heartbeat thread: frames that are sent are only noted, and logged by the next thread that may. What a logger throws is
// dropped, since a failing log must not end a connection.

/// <summary>What one connection logs. Any thread may note; the reader and callers log.</summary>
internal sealed class ConnectionLog
{
    private readonly ILogger _logger;
    private readonly string _address;
    private readonly ConcurrentQueue<(Opcode Opcode, bool Fin, long Length)>? _sent;

    public ConnectionLog(Uri uri, ILoggerFactory? factory)
    {
        _logger = factory?.CreateLogger("Sync.WebSockets") ?? NullLogger.Instance;
        // Without the query, where tokens are often put.
        _address = uri.GetLeftPart(UriPartial.Path);
        if (_logger.IsEnabled(LogLevel.Trace))
            _sent = new ConcurrentQueue<(Opcode Opcode, bool Fin, long Length)>();
    }

    /// <summary>Whether frames are traced; decided once, when the connection is made.</summary>
    public bool TracesFrames => _sent is not null;

    public void Opened(TimeSpan elapsed) => Guard(() => LogEvents.Opened(_logger, _address, elapsed.TotalMilliseconds));

    public void ConnectFailed(WebSocketConnectException failure) =>
        Guard(() => LogEvents.ConnectFailed(_logger, _address, failure.Stage, failure));

    public void Closed(Ending ending) => Guard(() =>
    {
        switch (ending.Cause)
        {
            case WebSocketCloseCause.LocalClose:
            case WebSocketCloseCause.RemoteClose:
            case WebSocketCloseCause.Aborted when ending.Exception is null:
                LogEvents.Closed(_logger, _address, ending.Cause, ending.Message);
                break;
            case WebSocketCloseCause.HeartbeatTimeout:
                LogEvents.HeartbeatTimeout(_logger, _address, ending.Message);
                break;
            case WebSocketCloseCause.ProtocolError:
            case WebSocketCloseCause.InvalidPayload:
            case WebSocketCloseCause.MessageTooBig:
            case WebSocketCloseCause.PolicyFailed:
                LogEvents.ProtocolError(_logger, _address, ending.Cause, ending.Message);
                break;
            default:
                LogEvents.Lost(_logger, _address, ending.Cause, ending.Message, ending.Exception);
                break;
        }
    });

    /// <summary>Reader: a frame's header came.</summary>
    public void FrameReceived(FrameHeader header)
    {
        FlushSent();
        Guard(() => LogEvents.FrameReceived(_logger, _address, header.Opcode, header.Fin, header.PayloadLength));
    }

    /// <summary>Notes a frame that went out, for <see cref="FlushSent"/>.</summary>
    public void NoteSent(Opcode opcode, bool fin, long length) => _sent?.Enqueue((opcode, fin, length));

    /// <summary>Logs the frames noted. Never with a lock or the gate held, never on the heartbeat thread.</summary>
    public void FlushSent()
    {
        if (_sent is not null)
            LogSent(_sent);
    }

    // Apart, for the closure is made at its beginning.
    private void LogSent(ConcurrentQueue<(Opcode Opcode, bool Fin, long Length)> sent)
    {
        while (sent.TryDequeue(out var frame))
            Guard(() => LogEvents.FrameSent(_logger, _address, frame.Opcode, frame.Fin, frame.Length));
    }

    private static void Guard(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
            // See above.
        }
    }
}
