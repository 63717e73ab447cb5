using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Examples;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>Time in which a process did not run is never held against its peer.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R11")]
[Platform(Exclude = "Win", Reason = "Windows has no signals.")]
public sealed class StoppedProcessTests
{
    private const int Stops = 3;

    // Interval and timeout of the client in the child are a second each.
    private static readonly TimeSpan LongerThanBoth = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2.25);

    [Test]
    public void Process_that_was_stopped_loses_no_connection_and_still_finds_a_real_death_in_time()
    {
        using var speak = new SemaphoreSlim(0);
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            BackgroundRun speaker = Run.InBackground(() =>
            {
                for (int i = 0; i <= Stops; i++)
                {
                    speak.Wait(TimeSpan.FromSeconds(30));
                    connection.SendText("after " + i.ToString(CultureInfo.InvariantCulture));
                }
            });
            connection.EchoUntilClosed();
            speaker.Join();
        });
        using var proxy = new FaultProxy(server);
        using ExampleProcess child = ExampleProcess.Start("StoppableClient", proxy.Uri.ToString());
        SpeakAndBeHeard(0);

        for (int stop = 1; stop <= Stops; stop++)
        {
            child.Signal("STOP");
            Pass(LongerThanBoth);
            child.Signal("CONT");

            // A wrong death would come with the first beats after waking up, so this has to last longer than a message.
            Pass(TimeSpan.FromMilliseconds(300));
            SpeakAndBeHeard(stop);
        }

        child.Signal("STOP");
        Pass(LongerThanBoth);
        proxy.Blackhole();
        child.Signal("CONT");
        var since = Stopwatch.StartNew();
        child.WaitForOutput(nameof(WebSocketCloseCause.HeartbeatTimeout));

        since.Elapsed.Should().BeBelow(Bound);
        child.WaitForExit().Should().Be(0);
        child.Output.Should().EndWith(nameof(WebSocketCloseCause.HeartbeatTimeout) + "\n");

        void SpeakAndBeHeard(int i)
        {
            speak.Release();
            child.WaitForOutput("after " + i.ToString(CultureInfo.InvariantCulture) + "\n");
        }
    }

    private static void Pass(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        Wait.Until(() => watch.Elapsed > time, "the time has passed");
    }
}
