using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

/// <summary>Proxies of several processes, of which only the first one is killed.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ProxyPeerTests
{
    [Test]
    public void Dante_leaves_no_process() => LeavesNoProcess(() => DantePeer.Start(1));

    [Test]
    public void Squid_leaves_no_process() => LeavesNoProcess(() => SquidPeer.Start(1, new NetworkCredential("alice", "secret")));

    [Test]
    public void Squid_leaves_no_shared_memory()
    {
        using Peer peer = SquidPeer.Start(1);

        Directory.GetFiles("/dev/shm", FormattableString.Invariant($"peer{peer.Port}*")).Should().BeEmpty();
    }

    private static void LeavesNoProcess(Func<Peer> start)
    {
        string[] children = [];
        using (Peer peer = start())
            Wait.Until(() => (children = ChildrenOf(peer.ProcessId)).Length > 0, "its other processes run");

        Wait.Until(() => HaveEnded(children), "its other processes have ended");
    }

    private static string[] ChildrenOf(int id) =>
        Words(ChildProcess.OutputOf("ps", "-o", "pid=", "--ppid", id.ToString(CultureInfo.InvariantCulture)));

    // What has ended is a zombie until its new parent looks after it.
    private static bool HaveEnded(string[] ids) =>
        Words(ChildProcess.OutputOf("ps", "-o", "stat=", "-p", string.Join(",", ids)))
            .All(state => state.StartsWith("Z", StringComparison.Ordinal));

    private static string[] Words(string? text) => (text ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
}
