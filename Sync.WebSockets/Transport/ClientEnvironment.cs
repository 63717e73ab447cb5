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

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The proxy that the system's settings name, asked where the environment says nothing. Elsewhere than on Windows there is none.</summary>
    public Func<IWebProxy?> SystemProxy { get; init; } =
        static () => Environment.OSVersion.Platform == PlatformID.Win32NT ? WebRequest.DefaultWebProxy : null;

    /// <summary>Every thread of the library starts by it. Throws when the system has no room for another one.</summary>
    public Action<Thread> StartThread { get; init; } = static thread => thread.Start();

    /// <summary>Readers that have no connection any more.</summary>
    public SpareThreads SpareThreads { get; init; } = new(linger: TimeSpan.FromSeconds(1));
}
