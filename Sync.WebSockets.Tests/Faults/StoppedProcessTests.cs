using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Examples;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>Time in which a process did not run is never held against its peer.</summary>
[TestFixture]
[Parallelizable(Waiting.Scope)]
[CancelAfter(60_000)]
[Category("R11")]
[Platform(Exclude = "Win", Reason = "Windows has no signals.")]
public sealed class StoppedProcessTests
{
    private const int Processes = 3;

    // Interval and timeout of the client in the child are a second each.
    private static readonly TimeSpan LongerThanBoth = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2.25);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(50);

    [Test]
    public void Process_that_was_stopped_loses_no_connection_and_still_finds_a_real_death_in_time() =>
        Run.Together(Enumerable.Repeat<Action>(StopsTwice, Processes), Longest);

    private static void StopsTwice()
    {
        using var speak = new SemaphoreSlim(0);
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            BackgroundRun speaker = Run.InBackground(() =>
            {
                foreach (string text in (string[])["before", "after"])
                {
                    speak.Wait(TimeSpan.FromSeconds(30));
                    connection.SendText(text);
                }
            });
            connection.EchoUntilClosed();
            speaker.Join();
        });
        using var proxy = new FaultProxy(server.Uri);
        using ExampleProcess child = ExampleProcess.Start("StoppableClient", proxy.Uri.ToString());
        speak.Release();
        child.WaitForOutput("before");

        // Stopped while it waits for a pong, which comes only once it runs again: nothing lies in its socket when it wakes up.
        proxy.ToClient.Hold();
        long before = proxy.ToServer.Forwarded;
        Wait.Until(() => proxy.ToServer.Forwarded > before, "a ping is on its way");
        child.Signal("STOP");
        Wait.Out(LongerThanBoth);
        child.Signal("CONT");

        // A wrong death would come with the first beats after waking up. The network may take a while to bring what came meanwhile.
        Wait.Out(TimeSpan.FromMilliseconds(300));
        proxy.ToClient.Release();
        speak.Release();
        child.WaitForOutput("after");

        child.Signal("STOP");
        Wait.Out(LongerThanBoth);
        proxy.Blackhole();
        child.Signal("CONT");
        var since = Stopwatch.StartNew();
        child.WaitForOutput(nameof(WebSocketCloseCause.HeartbeatTimeout));

        since.Elapsed.Should().BeBelow(Bound);
        child.WaitForExit().Should().Be(0);
        child.Output.Should().EndWith(nameof(WebSocketCloseCause.HeartbeatTimeout) + "\n");
    }
}
