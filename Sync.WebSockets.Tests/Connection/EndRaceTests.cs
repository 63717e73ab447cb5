using System;
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

#if NET
    private const int Rounds = 100;
    private const int RoundsOfTls = 40;
#else
    private const int Rounds = 40;
    private const int RoundsOfTls = 15;
#endif

    [Test]
    public void Whatever_meets_at_the_end_every_call_ends_as_documented_with_one_cause_and_nothing_follows_our_Close([Values] bool tls, [Values(1, 2)] int seed) =>
        Run(tls, seed, tls ? RoundsOfTls : Rounds);

    [Test]
    [Explicit("Takes minutes.")]
    public void Whatever_meets_at_the_end_holds_for_thousands_of_rounds([Values] bool tls, [Range(101, 110)] int seed) =>
        Run(tls, seed, tls ? 300 : 1000);

    private static void Run(bool tls, int seed, int rounds)
    {
        TestContext.Out.WriteLine($"seed {seed}, {rounds} rounds");
        int? before = Resources.LibraryThreads;
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

            race.Run();
        }
        finally
        {
            current.Dispose();
        }
        if (before is not null)
            Wait.Until(() => Resources.LibraryThreads <= before, "all threads of its clients have ended");
    }
}
