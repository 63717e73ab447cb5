using System;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

/// <summary>What the gate tells its connection. Called with the gate held but no lock; must neither wait nor run user code.</summary>
internal interface IGateEvents
{
    void ControlWritten(Opcode opcode, int payloadLength);

    /// <summary>The Close frame is about to be written.</summary>
    void CloseBegun();

    void CloseWritten(WebSocketCloseFrame frame);

    void WriteFailed(Exception exception);

    /// <summary>Posted frames found no room in the socket: try again soon, from a thread that may.</summary>
    void RetryLater();
}
