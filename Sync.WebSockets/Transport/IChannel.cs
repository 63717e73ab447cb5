using System;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets.Transport;

/// <summary>What carries the bytes at the very bottom. Nothing here blocks or throws but Dispose; <see cref="AwaitBytes"/> blocks.</summary>
internal interface IChannel : IDisposable
{
    EndPoint? LocalEndPoint { get; }

    EndPoint? RemoteEndPoint { get; }

    /// <summary>Whether a small write would be taken at once.</summary>
    bool CanWriteNow { get; }

    /// <summary>Whether bytes have come that nobody has read yet; false where nobody can tell.</summary>
    bool HasUnreadBytes { get; }

    /// <summary>Whether <see cref="AwaitBytes"/> can tell.</summary>
    bool CanAwaitBytes { get; }

    /// <summary>Blocks until a read would not, for the given time at most. False: the time is up.</summary>
    bool AwaitBytes(TimeSpan time);

    /// <summary>Send: nothing more will be written, and what was still arrives. Both: nothing can be written any more, and nothing new comes.</summary>
    void Shutdown(SocketShutdown how);

    /// <summary>Whether that frees whoever is blocked on it. Where it does not, disposing does.</summary>
    bool IsFreedByShutdown { get; }
}
