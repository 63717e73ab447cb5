using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;

namespace Sync.WebSockets.Transport;

// Owners: one reader and one writer use the stream at a time; any thread may ask, shut down or kill. Only Free touches the TLS
// stream's own state, so it is called once neither of them uses it any more.

/// <summary>A connected socket with the streams on top of it.</summary>
internal sealed class Link(
    Socket socket, CountingStream wire, Stream stream, Acknowledgements? acknowledgements = null, Action<Thread>? startThread = null) : IDisposable
{
    private int _killed;

    /// <summary>What frames are read from and written to: TLS, or the counting stream itself.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>The bytes as TCP sees them.</summary>
    public CountingStream Wire { get; } = wire;

    /// <summary>Whether a write may wait for the thread pool, though the socket has room: TLS on Mono.</summary>
    public bool WritesNeedThreadPool { get; } = stream is SslStream && Type.GetType("Mono.Runtime") is not null;

    public EndPoint? LocalEndPoint { get; } = EndPointOf(socket, static s => s.LocalEndPoint);

    public EndPoint? RemoteEndPoint { get; } = EndPointOf(socket, static s => s.RemoteEndPoint);

    /// <summary>How many of the bytes sent the peer's TCP has; null where nobody can tell.</summary>
    public long? ReadAcknowledged() => acknowledgements?.Read();

    /// <summary>Whether a small write would be taken at once. Does not block; false when the socket is gone.</summary>
    public bool CanWriteNow()
    {
        try
        {
            return !IsKilled && socket.Poll(0, SelectMode.SelectWrite);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Whether bytes have come that nobody has read yet. Does not block; false when the socket is gone.</summary>
    public bool HasUnreadBytes()
    {
        try
        {
            return !IsKilled && socket.Available > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Says that nothing more will be sent. What was sent before still arrives, unlike after <see cref="Kill"/>.</summary>
    public void ShutdownSend() => Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection: whatever is blocked on it fails within milliseconds. Does not wait for that. Idempotent.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _killed, 1) != 0)
            return;
        // This frees whoever is blocked on it, at once. Dispose waits until they have let go, and Thread.Interrupt breaks into that wait: the
        // socket would then never be closed, and its handle be lost. So that is done where nobody can interrupt it.
        Shutdown(SocketShutdown.Both);
        try
        {
            SharedThread.Start("disposal", DisposeSocket, startThread ?? ClientEnvironment.Default.StartThread);
        }
        catch (Exception)
        {
            // No thread to be had: rather a caller that waits than a socket that nobody frees.
            DisposeSocket();
        }
    }

    /// <summary>Cuts the connection and frees what the streams hold.</summary>
    public void Dispose() => Free(socket, Stream);

    /// <summary>Frees a socket, or what owns it, and the streams on top of it as far as there are any; does not throw.</summary>
    public static void Free(IDisposable socket, Stream? stream)
    {
        try
        {
            socket.Dispose();
            stream?.Dispose();
        }
        catch (Exception)
        {
            // A TLS stream may try to say goodbye over the dead socket, and fails in ways of its own on each platform.
        }
    }

    private void DisposeSocket() => Free(socket, stream: null);

    private bool IsKilled => Volatile.Read(ref _killed) != 0;

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is where this leads.
        }
    }

    private static EndPoint? EndPointOf(Socket socket, Func<Socket, EndPoint?> select)
    {
        try
        {
            return select(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
