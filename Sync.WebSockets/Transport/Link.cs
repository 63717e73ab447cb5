using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;

namespace Sync.WebSockets.Transport;

// Owners: the dialling thread puts layers on it, until it is open. From then on one reader and one writer use the stream at a time; any
// thread may ask, shut down or kill. Only Free touches the TLS stream's own state, so it is called once neither of them uses it any more.

/// <summary>A connection with the streams on top of it.</summary>
internal sealed class Link(
    IChannel channel, CountingStream wire, Stream stream, Acknowledgements? acknowledgements = null, Action<Thread>? startThread = null) : IDisposable
{
    private int _killed;

    /// <summary>What carries it. Disposing it frees whoever is blocked, and does not touch the streams.</summary>
    public IChannel Channel { get; } = channel;

    /// <summary>What frames are read from and written to: the topmost layer.</summary>
    public Stream Stream { get; private set; } = stream;

    /// <summary>The bytes as TCP sees them.</summary>
    public CountingStream Wire { get; } = wire;

    /// <summary>Whether a write may wait for the thread pool, though the socket has room: TLS on Mono.</summary>
    public bool WritesNeedThreadPool { get; private set; } = NeedsThreadPool(stream);

    /// <summary>Whether it was cut.</summary>
    public bool IsKilled => Volatile.Read(ref _killed) != 0;

    public EndPoint? LocalEndPoint => Channel.LocalEndPoint;

    public EndPoint? RemoteEndPoint => Channel.RemoteEndPoint;

    /// <summary>A link that has just been connected, and carries nothing yet.</summary>
    public static Link Over(Socket socket, ClientEnvironment environment)
    {
        // Blocking calls are all there are, and the program may have dialled in another way.
        if (!socket.Blocking)
            socket.Blocking = true;
        UnsentLimit.Apply(socket);
        CountingStream wire = new(new NetworkStream(socket, ownsSocket: true), environment.Clock);
        return new Link(new SocketChannel(socket), wire, wire, Acknowledgements.Of(socket), environment.StartThread);
    }

    /// <inheritdoc cref="Over(Socket, ClientEnvironment)"/>
    public static Link Over(Stream stream, ClientEnvironment environment)
    {
        StreamChannel channel = new(stream, environment.StartThread);
        CountingStream wire = new(channel, environment.Clock);
        return new Link(channel, wire, wire, acknowledgements: null, environment.StartThread);
    }

    /// <summary>Dialling thread: puts a layer on top, which owns what is below.</summary>
    public void Add(Stream layer)
    {
        Stream = layer;
        WritesNeedThreadPool |= NeedsThreadPool(layer);
    }

    /// <summary>How many of the bytes sent the peer's TCP has; null where nobody can tell.</summary>
    public long? ReadAcknowledged() => acknowledgements?.Read();

    /// <summary>Whether a small write would be taken at once. Does not block; false when the connection is gone.</summary>
    public bool CanWriteNow() => !IsKilled && Channel.CanWriteNow;

    /// <summary>Whether bytes have come that nobody has read yet. Does not block; false when the connection is gone.</summary>
    public bool HasUnreadBytes() => !IsKilled && Channel.HasUnreadBytes;

    /// <summary>Whether one can wait for bytes without reading them.</summary>
    public bool CanAwaitBytes => Channel.CanAwaitBytes && (Stream == Wire || IsAwaitableTls);

    /// <summary>Who reads: blocks until a read would not. False: nothing has come for the given time; or only a part of a TLS record, and it is later than <paramref name="until"/>.</summary>
    public bool AwaitBytes(TimeSpan time, long until) =>
#if NET
        Stream is TlsStream tls ? tls.AwaitBytes(this, time, until) :
#endif
        Channel.AwaitBytes(time);

    /// <summary>Says that nothing more will be sent. What was sent before still arrives, unlike after <see cref="Kill"/>.</summary>
    public void ShutdownSend() => Channel.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection: whatever is blocked on it fails within milliseconds. Does not wait for that. Idempotent.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _killed, 1) != 0)
            return;
        Channel.Shutdown(SocketShutdown.Both);
        // Whoever is freed by that disposes it, the last of them. To start a thread for it can take a tenth of a second where processors are
        // scarce, and the caller waits for something just then.
        if (Channel.IsFreedByShutdown)
            return;
        // Dispose waits until they have let go, and Thread.Interrupt breaks into that wait: the socket would then never be closed, and its
        // handle be lost. So that is done where nobody can interrupt it.
        SharedThread.StartOrRun("disposal", () => Free(Channel), startThread ?? ClientEnvironment.Default.StartThread);
    }

    /// <summary>Cuts the connection and frees what the streams hold.</summary>
    public void Dispose()
    {
        bool wasInterrupted = TakeInterrupt();
        Free(Channel, Stream);
        if (wasInterrupted)
            Thread.CurrentThread.Interrupt();
    }

    /// <summary>Frees a socket, or what owns it, and the streams on top of it as far as there are any; does not throw.</summary>
    public static void Free(IDisposable socket, Stream? stream)
    {
        Free(socket);
        if (stream is not null)
            Free(stream);
    }

    /// <summary>Frees a part of it; does not throw.</summary>
    public static void Free(IDisposable part)
    {
        try
        {
            part.Dispose();
        }
        catch (Exception e)
        {
            // A TLS stream may try to say goodbye over the dead socket, and fails in ways of its own on each platform; as may the program's.
            if (e is ThreadInterruptedException)
                Thread.CurrentThread.Interrupt();
        }
    }

    // An interrupt meant for a Send that was stuck, which may be who frees the link, would strike a socket that waits to be let go of.
    private static bool TakeInterrupt()
    {
        try
        {
            object nobody = new();
            lock (nobody)
                Monitor.Wait(nobody, TimeSpan.Zero);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

#if NET
    private bool IsAwaitableTls => Stream is TlsStream { IsOnWire: true };
#else
    private static bool IsAwaitableTls => false;
#endif

    private static bool NeedsThreadPool(Stream layer) => layer is SslStream && Type.GetType("Mono.Runtime") is not null;
}
