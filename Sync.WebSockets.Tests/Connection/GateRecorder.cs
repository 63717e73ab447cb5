using System;
using System.Collections.Concurrent;
using System.Threading;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

/// <summary>What a gate has told.</summary>
internal sealed class GateRecorder : IGateEvents
{
    private int _retries;

    public ConcurrentQueue<(Opcode Opcode, int Length)> Controls { get; } = new();

    public ConcurrentQueue<WebSocketCloseFrame> Closes { get; } = new();

    public ConcurrentQueue<Exception> Failures { get; } = new();

    public int Retries => Volatile.Read(ref _retries);

    /// <summary>Runs when a control frame has been written, with the gate still held.</summary>
    public Action AtControl { get; set; } = () => { };

    public void ControlWritten(Opcode opcode, int payloadLength)
    {
        Controls.Enqueue((opcode, payloadLength));
        AtControl();
    }

    /// <summary>How many Close frames were begun.</summary>
    public int ClosesBegun { get; private set; }

    public void CloseBegun() => ClosesBegun++;

    public void CloseWritten(WebSocketCloseFrame frame) => Closes.Enqueue(frame);

    public void WriteFailed(Exception exception) => Failures.Enqueue(exception);

    /// <summary>Runs when the gate asks for another try: it is free at that moment.</summary>
    public Action AtRetry { get; set; } = () => { };

    public void RetryLater()
    {
        Interlocked.Increment(ref _retries);
        AtRetry();
    }
}
