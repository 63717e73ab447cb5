using System;
using System.Net;
using System.Threading;

namespace Sync.WebSockets.Transport;

/// <summary>What a connection takes from the world around it; tests put their own in its place.</summary>
internal sealed class ClientEnvironment
{
    public static ClientEnvironment Default { get; } = new();

    public MonotonicClock Clock { get; init; } = MonotonicClock.System;

    /// <summary>Blocks as long as the system's resolver does.</summary>
    public Func<string, IPAddress[]> Resolve { get; init; } = Dns.GetHostAddresses;

    /// <summary>Every thread of the library starts by it. Throws when the system has no room for another one.</summary>
    public Action<Thread> StartThread { get; init; } = static thread => thread.Start();
}
