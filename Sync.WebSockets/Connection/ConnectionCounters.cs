using System.Threading;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

// Owners: what was received is counted by whoever has the turn to read, so a plain increment published by Volatile is enough; what was sent is
// counted by many threads.

/// <summary>Counts of one connection since it opened.</summary>
internal sealed class ConnectionCounters
{
    private long _messagesSent;
    private long _payloadSent;
    private long _messagesReceived;
    private long _payloadReceived;
    private long _pingsSent;
    private long _pongsSent;
    private long _pingsReceived;
    private long _pongsReceived;

    public void MessageSent(long payloadLength) => MessagesSent(1, payloadLength);

    public void MessagesSent(int messages, long payloadLength)
    {
        Interlocked.Add(ref _messagesSent, messages);
        Interlocked.Add(ref _payloadSent, payloadLength);
        ClientMetrics.MessagesSent(messages, payloadLength);
    }

    public void ControlSent(Opcode opcode)
    {
        if (opcode == Opcode.Ping)
            Interlocked.Increment(ref _pingsSent);
        else if (opcode == Opcode.Pong)
            Interlocked.Increment(ref _pongsSent);
    }

    /// <summary>Reader.</summary>
    public void MessagesReceived(int messages, long payloadLength)
    {
        Volatile.Write(ref _messagesReceived, _messagesReceived + messages);
        Volatile.Write(ref _payloadReceived, _payloadReceived + payloadLength);
        ClientMetrics.MessagesReceived(messages, payloadLength);
    }

    /// <summary>Reader.</summary>
    public void PingReceived() => Volatile.Write(ref _pingsReceived, _pingsReceived + 1);

    /// <summary>Reader.</summary>
    public void PongReceived() => Volatile.Write(ref _pongsReceived, _pongsReceived + 1);

    public WebSocketStatistics ToStatistics() => new()
    {
        MessagesSent = Volatile.Read(ref _messagesSent),
        MessagesReceived = Volatile.Read(ref _messagesReceived),
        PayloadBytesSent = Volatile.Read(ref _payloadSent),
        PayloadBytesReceived = Volatile.Read(ref _payloadReceived),
        PingsSent = Volatile.Read(ref _pingsSent),
        PingsReceived = Volatile.Read(ref _pingsReceived),
        PongsSent = Volatile.Read(ref _pongsSent),
        PongsReceived = Volatile.Read(ref _pongsReceived),
    };
}
