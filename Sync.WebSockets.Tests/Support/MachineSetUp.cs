using System;
using NUnit.Framework;
using Sync.WebSockets.Support;

// Tests run one after the other, since many measure time, but for those that mostly wait: they say so (Parallelizable, Waiting).
#if NET
[assembly: LevelOfParallelism(6)]
#else
[assembly: LevelOfParallelism(4)]
#endif

namespace Sync.WebSockets;

/// <summary>Has the machine watched from before the first test on, and its proxies forgotten.</summary>
[SetUpFixture]
public sealed class MachineSetUp
{
    [OneTimeSetUp]
    public void Watch()
    {
        Machine.Watch();
        foreach (string proxy in new[] { "wss", "ws", "https", "http", "all", "no" })
        {
            Environment.SetEnvironmentVariable(proxy + "_proxy", null);
            Environment.SetEnvironmentVariable(proxy.ToUpperInvariant() + "_PROXY", null);
        }
    }
}
