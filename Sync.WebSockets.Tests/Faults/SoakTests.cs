using System;
using System.Diagnostics;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

[TestFixture]
[NonParallelizable]
[Category("R12")]
public sealed class SoakTests
{
    private const int AtOnce = 32;

    // The pool keeps the chunks that so many readers had at once.
    private const long HeapSlack = 4 << 20;

    private static readonly TimeSpan WarmUp = LongRun.Or(TimeSpan.FromSeconds(2), full: TimeSpan.FromSeconds(20));
    private static readonly TimeSpan Time = LongRun.Or(TimeSpan.FromSeconds(6), full: TimeSpan.FromMinutes(10));
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(2);

    [Test]
    public void Connections_under_random_faults_lose_and_double_nothing_never_hang_and_leave_nothing_behind()
    {
        int seed = Guid.NewGuid().GetHashCode() & 0xffffff;
        TestContext.Out.WriteLine("Seed " + seed);
        Soak(seed - 1, WarmUp).Failures.Should().BeEmpty();

        Footprint.ShouldNotGrow(HeapSlack, () =>
        {
            SoakTally tally = Soak(seed, Time);
            TestContext.Out.WriteLine(tally);
            tally.Failures.Should().BeEmpty();
        });
    }

    private static SoakTally Soak(int seed, TimeSpan time)
    {
        SoakTally tally = new();
        var watch = Stopwatch.StartNew();
        Run.Together(
            Enumerable.Range(0, AtOnce).Select<int, Action>(place => () =>
            {
                Random seeds = new(seed + (place * 7919));
                while (watch.Elapsed < time && tally.Failures.Count < AtOnce)
                    Live(new SoakLife(seeds.Next(int.MaxValue - 10)), tally);
            }),
            time + LongestLife);
        return tally;
    }

    private static void Live(SoakLife life, SoakTally tally)
    {
        try
        {
            life.Live(tally);
        }
        catch (Exception e)
        {
            tally.Fail(life, e);
        }
    }
}
