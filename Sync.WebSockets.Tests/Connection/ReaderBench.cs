#if NET // Elsewhere the reader keeps its turn.
using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>A reader with its thread, over a real socket. What is lent it takes back only when called, so that whoever forgets to call waits in vain.</summary>
internal sealed class ReaderBench : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly SocketPair _sockets = new();
    private readonly Stream _server;
    private readonly Link _link;
    private readonly BackgroundRun _thread;

    public ReaderBench(bool tls, int queue = 1 << 20, int maxMessageSize = 1 << 24)
    {
        WebSocketClientOptions options = new() { MaxMessageSize = maxMessageSize };
        _link = Link.Over(_sockets.Client, ClientEnvironment.Default);
        _server = new NetworkStream(_sockets.Server);
#if !NETSTANDARD_LIBRARY
        if (tls)
        {
            (TlsStream client, _server) = TlsPair.Over(_link.Stream, _server);
            _link.Add(client);
        }
#endif
        Inbox = new Inbox(queue, Clock);
        Inbox.Turn.Look = Long;
        LifeRecorder events = new() { AtEnding = () => { Inbox.Close(); return ""; } };
        Life = new ConnectionLife(_link, Clock, events);
        PingLedger pings = new(firstId: 0);
        Reader = new ReaderLoop(
            _link, Clock, Inbox, new SendGate(_link, Clock, new GateRecorder()), pings, Life, new ConnectionCounters(), options, inflater: null, onFrame: null);
        _thread = Run.InBackground(() => Reader.Run(default));
    }

    public MonotonicClock Clock => MonotonicClock.System;

    public Inbox Inbox { get; }

    public ConnectionLife Life { get; }

    public ReaderLoop Reader { get; }

    public Socket Server => _sockets.Server;

    public void Send(byte[] bytes) => _server.Write(bytes, 0, bytes.Length);

    public void Send(byte[] bytes, int offset, int count) => _server.Write(bytes, offset, count);

    /// <summary>At the server's end.</summary>
    public int Read(byte[] buffer) => _server.Read(buffer, 0, buffer.Length);

    public bool HasUnreadBytes => _link.HasUnreadBytes();

    /// <summary>Has a receiver wait for a message, and get it at once, until the reader lends its turn, and waits for it to come back.</summary>
    public void Lend()
    {
        // Nobody's call of before may still be on its way to it.
        Inbox.Turn.CallReader(always: true);
        Wait.Until(() => !Inbox.Turn.IsLent, "the reader has its turn back");
        for (int i = 0; i < 100; i++)
        {
            BackgroundRun receiver = Run.InBackground(() => Inbox.Take(TimeSpan.FromSeconds(10), CancellationToken.None, out _));
            Wait.Until(() => receiver.IsWaiting, "it waits for a message");
            byte[] frame = Wire.Frame(Opcode.Binary, [1]);
            Send(frame, 0, 1);
            Send(frame, 1, frame.Length - 1);
            receiver.Join();
            if (Wait.For(() => Inbox.Turn.IsFree && _thread.IsWaiting, TimeSpan.FromMilliseconds(20)))
                return;
        }
        throw new InvalidOperationException("The turn is not lent.");
    }

    /// <summary>As a client's Receive does.</summary>
    public TakeResult Receive(out WebSocketMessage message, int milliseconds = 10_000) =>
        Inbox.Take(Reader.ReadIfLent(TimeSpan.FromMilliseconds(milliseconds)), CancellationToken.None, out message);

    /// <summary>As a client's Receive into a buffer does; -1: nothing came.</summary>
    public int Receive(byte[] buffer, int milliseconds = 10_000)
    {
        TimeSpan timeout = TimeSpan.FromMilliseconds(milliseconds);
        return Reader.TryReadIfLent(ref timeout, buffer, out _, out int count) || Inbox.Take(timeout, buffer, out _, out count) == TakeResult.Taken ? count : -1;
    }

    public void Kill() => _link.Kill();

    public void JoinReader() => _thread.Join();

    public void Dispose()
    {
        Kill();
        // It may be about to lend its turn.
        Inbox.Turn.CallReader(always: true);
        _thread.Join();
        _link.Dispose();
        _sockets.Dispose();
    }
}
#endif
