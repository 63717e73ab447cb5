using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Examples;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>The wall clock plays no part, however far it is stepped.</summary>
[TestFixture]
[Parallelizable(Waiting.Scope)]
[CancelAfter(60_000)]
[Category("R11")]
[Platform("Linux", Reason = "A library that is loaded into the program stands for the clock.")]
public sealed class SteppedClockTests
{
    // Interval and timeout of the client in the child are a second each.
    private static readonly TimeSpan LongerThanBoth = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2.25);
    private static readonly int[] Days = [0, 1, 0, -1];

    [Test]
    public void Clock_that_is_stepped_a_day_costs_no_connection_and_a_real_death_is_found_in_time()
    {
        using var speak = new SemaphoreSlim(0);
        using SteppedClock clock = SteppedClock.Create();
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            BackgroundRun speaker = Run.InBackground(() =>
            {
                for (int i = 0; i < Days.Length; i++)
                {
                    speak.Wait(TimeSpan.FromSeconds(30));
                    connection.SendText("after " + i.ToString(CultureInfo.InvariantCulture));
                }
            });
            connection.EchoUntilClosed();
            speaker.Join();
        });
        using var proxy = new FaultProxy(server.Uri);
        using ExampleProcess child = ExampleProcess.Start("StoppableClient", clock.Environment, proxy.Uri.ToString());

        for (int i = 0; i < Days.Length; i++)
        {
            clock.StepTo(TimeSpan.FromDays(Days[i]));
            if (i > 0)
                Wait.Out(LongerThanBoth);
            speak.Release();
            child.WaitForOutput("after " + i.ToString(CultureInfo.InvariantCulture) + ", ");
        }

        proxy.Blackhole();
        var since = Stopwatch.StartNew();
        clock.StepTo(TimeSpan.FromDays(1));
        child.WaitForOutput(nameof(WebSocketCloseCause.HeartbeatTimeout));

        since.Elapsed.Should().BeBelow(Bound);
        child.WaitForExit().Should().Be(0);
        DaysSeen(child.Output).Should().Equal(Days, "it saw the steps");
    }

    // A line: the message, and what the clock of the child says.
    private static IEnumerable<int> DaysSeen(string output)
    {
        DateTime[] times = [.. output.Split('\n').Where(line => line.Contains(", ", StringComparison.Ordinal)).Select(TimeOf)];
        return times.Select(time => (int)Math.Round((time - times[0]).TotalDays));
    }

    private static DateTime TimeOf(string line) =>
        DateTime.Parse(line.Substring(line.IndexOf(',', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
}
