using System;
using System.Net;

namespace Sync.WebSockets.Transport;

/// <summary>What a connection takes from the world around it; tests put their own in its place.</summary>
internal sealed class ClientEnvironment
{
    public static ClientEnvironment Default { get; } = new();

    public MonotonicClock Clock { get; init; } = MonotonicClock.System;

    /// <summary>Blocks as long as the system's resolver does.</summary>
    public Func<string, IPAddress[]> Resolve { get; init; } = Dns.GetHostAddresses;
}
