using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>Lets several threads go at the same moment, round by round, each after a random spin of its own, so that they meet everywhere.</summary>
internal sealed class Race(int seed, int rounds)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly List<Action<int>> _runners = [];
    private Action<int> _afterEach = _ => { };
    private Func<string> _describe = () => "";

    /// <summary>Something that takes part in each round, on a thread of its own.</summary>
    public void Add(Action<int> runner) => _runners.Add(runner);

    /// <summary>Runs after each round, while nobody else does.</summary>
    public void AfterEach(Action<int> check) => _afterEach = check;

    /// <summary>What to say of the round that is under way, when it hangs.</summary>
    public void Describe(Func<string> describe) => _describe = describe;

    public void Run()
    {
        Exception? failure = null;
        using Barrier barrier = new(_runners.Count, b => RunCheck((int)(b.CurrentPhaseNumber / 2), b.CurrentPhaseNumber % 2 == 1, ref failure));
        BackgroundRun[] threads = [.. _runners.Select((runner, index) => Support.Run.InBackground(() => RunAll(runner, index, barrier, () => failure)))];
        for (int i = 0; i < threads.Length; i++)
        {
            if (!threads[i].EndsWithin(Deadline))
                throw new TimeoutException($"Runner {i} of {threads.Length} hangs. {_describe()}");
            threads[i].Join();
        }
        if (failure is not null)
            throw new InvalidOperationException("A check failed: " + failure.Message, failure);
    }

    private void RunAll(Action<int> runner, int index, Barrier barrier, Func<Exception?> failure)
    {
        Random random = new(seed + (index * 7919));
        for (int round = 0; round < rounds && failure() is null; round++)
        {
            int spins = random.Next(200);
            Meet(barrier);
            Thread.SpinWait(spins);
            runner(round);
            Meet(barrier);
        }
    }

    // Bounded, so that a runner that hangs or fails does not take the others with it.
    private static void Meet(Barrier barrier)
    {
        if (!barrier.SignalAndWait(Deadline))
            throw new TimeoutException("Another thread of the race did not come.");
    }

    private void RunCheck(int round, bool isEnd, ref Exception? failure)
    {
        if (!isEnd)
            return;
        try
        {
            _afterEach(round);
        }
        catch (Exception e)
        {
            failure = e;
        }
    }
}
