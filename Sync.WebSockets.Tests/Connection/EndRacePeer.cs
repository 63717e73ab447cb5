using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>The server's side of one connection: a script serves it, and the test ends it from another thread.</summary>
internal sealed class EndRacePeer(ServerConnection connection)
{
    // What is written here is short, so it waits for nobody.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    private readonly object _acting = new();
    private readonly ManualResetEventSlim _served = new();
    private int _closesSent;
    private volatile bool _reset;

    /// <summary>What the client did that it must not do; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>Answers pings, echoes, answers the Close, and looks whether anything follows it.</summary>
    public void Serve()
    {
        try
        {
            bool closed = false;
            while (connection.ReadFrame() is { } frame)
            {
                if (closed)
                    Fault = "opcode " + frame.Opcode + " followed the Close frame";
                closed |= frame.Opcode == Op.Close;
                Answer(frame);
            }
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // One side has cut it. Mono calls a read that a reset of our own ends a timeout, too.
            if (ServerStream.IsTimeout(e) && !_reset)
                Fault = "the client neither sent anything nor went";
        }
        // Whoever acts is done first: a stream that is disposed under a write may never return from it.
        lock (_acting)
            _served.Set();
    }

    /// <summary>Does one of the things that end a connection, or that come in between. Any thread.</summary>
    public string Act(int action)
    {
        lock (_acting)
            return _served.IsSet ? "server: gone" : ActNow(action);
    }

    public bool WaitUntilServed(TimeSpan timeout) => _served.Wait(timeout);

    private string ActNow(int action)
    {
        // Mono's SslStream may never hear that the client has reset the connection, and knows no timeout: then only its socket's end ends it.
        using Timer cut = new(_ => connection.Socket.Dispose(), state: null, LongestWrite, Timeout.InfiniteTimeSpan);
        try
        {
            switch (action)
            {
                case 0:
                    Close();
                    return "server: Close";
                case 1:
                    connection.ShutdownSend();
                    return "server: FIN";
                case 2:
                    _reset = true;
                    connection.Reset();
                    return "server: RST";
                case 3:
                    connection.SendPing([1]);
                    return "server: ping";
                case 4:
                    connection.SendRaw("c100");
                    return "server: violation";
                default:
                    connection.SendText("message");
                    return "server: message";
            }
        }
        catch (Exception e) when (ServerStream.IsLoss(e) || e is ObjectDisposedException)
        {
            return "server: too late";
        }
    }

    private void Answer(ServerFrame frame)
    {
        if (frame.Opcode == Op.Close)
        {
            Close();
            connection.ShutdownSend();
        }
        else if (frame.Opcode is Op.Ping)
        {
            connection.SendPong(frame.Payload);
        }
        else if (frame.Opcode == Op.Text)
        {
            connection.SendText("echo");
        }
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _closesSent, 1) == 0)
            connection.SendClose((int)WebSocketCloseStatus.EndpointUnavailable);
    }
}
