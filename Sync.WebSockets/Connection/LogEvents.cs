using System;
using Microsoft.Extensions.Logging;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

/// <summary>The log events. Their ids and names are public: people filter by them.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(1, LogLevel.Information, "Opened {Address} in {Milliseconds:0.0} ms.", EventName = "Opened")]
    public static partial void Opened(ILogger logger, string address, double milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "Connecting to {Address} failed at the stage {Stage}.", EventName = "ConnectFailed")]
    public static partial void ConnectFailed(ILogger logger, string address, WebSocketConnectStage stage, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Closed {Address}: {Cause}. {Reason}", EventName = "Closed")]
    public static partial void Closed(ILogger logger, string address, WebSocketCloseCause cause, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Lost {Address}: {Cause}. {Reason}", EventName = "Lost")]
    public static partial void Lost(ILogger logger, string address, WebSocketCloseCause cause, string reason, Exception? exception);

    [LoggerMessage(5, LogLevel.Warning, "Gave {Address} up: {Reason}", EventName = "HeartbeatTimeout")]
    public static partial void HeartbeatTimeout(ILogger logger, string address, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Refused what {Address} sent: {Cause}. {Reason}", EventName = "ProtocolError")]
    public static partial void ProtocolError(ILogger logger, string address, WebSocketCloseCause cause, string reason);

    [LoggerMessage(7, LogLevel.Trace, "{Address} sent {Opcode}, fin {Fin}, {Length} bytes.", EventName = "FrameReceived")]
    public static partial void FrameReceived(ILogger logger, string address, Opcode opcode, bool fin, long length);

    [LoggerMessage(8, LogLevel.Trace, "{Address} was sent {Opcode}, fin {Fin}, {Length} bytes.", EventName = "FrameSent")]
    public static partial void FrameSent(ILogger logger, string address, Opcode opcode, bool fin, long length);
}
