using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Everything that can end a connection, at the same moment, on both sides. A failure prints the seed and what was done.</summary>
[TestFixture]
[NonParallelizable]
[Category("R13")]
internal sealed class EndRaceTests
{
    private const int Callers = 4;

    private static readonly int[] Seeds = LongRun.Or<int[]>([1, 2], full: [.. Enumerable.Range(101, 10)]);

#if NET
    private static readonly int Rounds = LongRun.Or(100, full: 1000);
    private static readonly int RoundsOfTls = LongRun.Or(40, full: 300);
#else
    private static readonly int Rounds = LongRun.Or(40, full: 1000);
    private static readonly int RoundsOfTls = LongRun.Or(15, full: 300);
#endif

    [Test]
    public void Whatever_meets_at_the_end_every_call_ends_as_documented_with_one_cause_and_nothing_follows_our_Close(
        [Values] bool tls, [ValueSource(nameof(Seeds))] int seed)
    {
        int rounds = tls ? RoundsOfTls : Rounds;
        TestContext.Out.WriteLine($"seed {seed}, {rounds} rounds");
        int before = Resources.LibraryThreads ?? 0;
        using EndRaceServer server = new(tls);
        EndRaceRound current = new(server);
        try
        {
            Race race = new(seed, rounds);
            for (int i = 0; i < Callers; i++)
            {
                Random random = new((seed * 100) + i);
                race.Add(_ => current.Call(random));
            }
            Random serverRandom = new((seed * 100) + Callers);
            race.Add(_ => current.Interfere(serverRandom));
            race.AfterEach(round =>
            {
                string problem = current.Finish();
                problem.Should().BeEmpty("round {0}, seed {1}: {2}", round, seed, current.Log);
                current = new EndRaceRound(server);
            });

            race.Describe(() => current.Log);
            race.Run();
        }
        finally
        {
            current.Dispose();
        }
        Resources.WaitForLibraryThreads(before);
    }
}
