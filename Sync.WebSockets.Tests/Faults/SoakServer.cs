using System;
using System.IO;
using System.Threading;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>The server's side of a soak's connection: it sends, checks what comes, answers pings, and closes when it is told to.</summary>
internal sealed class SoakServer(int seed) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _stop = new();
    private long _sent;
    private long _sentBeforeClose = -1;

    /// <summary>What has come from the client.</summary>
    public SoakMessages Received { get; } = new();

    /// <summary>Whether the client's Close frame has come.</summary>
    public bool HasReadClose { get; private set; }

    /// <summary>How many messages went out before the server's Close frame; -1 when that did not go out whole.</summary>
    public long SentBeforeClose => Volatile.Read(ref _sentBeforeClose);

    /// <summary>Has it send its Close frame behind the message that it is sending.</summary>
    public void Close() => _stop.Set();

    public void Serve(ServerConnection connection)
    {
        // The client, or what lies between, may break the handshake, too.
        try
        {
            connection.Upgrade();
            BackgroundRun sender = Run.InBackground(() => SendAll(connection));
            try
            {
                ReadAll(connection, sender);
            }
            finally
            {
                _stop.Set();
                sender.Join(Longest);
            }
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
        }
    }

    public void Dispose() => _stop.Dispose();

    private void SendAll(ServerConnection connection)
    {
        Random random = new(seed);
        try
        {
            while (!_stop.Wait(random.Next(60)))
            {
                connection.SendBinary(SoakMessages.Make(_sent, random));
                _sent++;
                if (random.Next(10) == 0)
                    connection.SendPing([1, 2, 3]);
            }
            connection.SendClose();
            Volatile.Write(ref _sentBeforeClose, _sent);
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // The connection is gone; the reader finds out.
        }
    }

    private void ReadAll(ServerConnection connection, BackgroundRun sender)
    {
        MemoryStream message = new();
        while (connection.ReadFrame() is { } frame)
        {
            switch (frame.Opcode)
            {
                case Op.Ping:
                    connection.SendPong(frame.Payload);
                    break;
                case Op.Close:
                    HasReadClose = true;
                    _stop.Set();
                    sender.Join(Longest);
                    return;
                case Op.Binary or Op.Continuation:
                    message.Write(frame.Payload, 0, frame.Payload.Length);
                    if (!frame.Fin)
                        break;
                    Received.Check(message.ToArray());
                    message.SetLength(0);
                    break;
            }
        }
    }
}
