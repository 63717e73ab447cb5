using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
internal sealed class SpareThreadsTests
{
#if NET
    private const int Rounds = 3_000;
#else
    private const int Rounds = 500;
#endif

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    private readonly AsyncLocal<string?> _flowing = new();
    private ConcurrentQueue<Thread> _started = new();
    private SpareThreads _threads = new(Linger);

    [SetUp]
    public void Begin()
    {
        _started = new ConcurrentQueue<Thread>();
        _threads = new SpareThreads(Linger);
    }

    [Test]
    public void Work_of_the_same_name_runs_on_the_thread_that_has_nothing_to_do()
    {
        Thread first = RunToItsEnd("a");

        Thread second = RunToItsEnd("a");

        second.Should().BeSameAs(first);
        _started.Should().ContainSingle();
        first.Name.Should().Be("Sync.WebSockets a");
        first.IsBackground.Should().BeTrue();
    }

    [Test]
    public void Work_of_another_name_has_a_thread_of_its_own()
    {
        Thread first = RunToItsEnd("a");

        RunToItsEnd("b").Should().NotBeSameAs(first);
    }

    [Test]
    public void Work_never_waits_for_a_thread_that_is_busy()
    {
        // Not disposed: who waits may come late.
        ManualResetEventSlim done = new();
        Start("a", () => done.Wait(Soon));

        RunToItsEnd("a");

        _started.Should().HaveCount(2);
        done.Set();
    }

    [Test]
    public void Thread_ends_a_second_after_its_last_work()
    {
        Thread thread = RunToItsEnd("a");

        TimeSpan ended = Elapsed.Of(() => thread.Join(Soon).Should().BeTrue());

        ended.Should().BeGreaterThan(Linger - Slack).And.BeBelow(Linger + Slack);
        RunToItsEnd("a").Should().NotBeSameAs(thread);
    }

    [Test]
    public void No_more_than_a_few_threads_wait()
    {
        const int TooMany = 4;
        ManualResetEventSlim done = new();
        _threads = new SpareThreads(Linger + Linger + Linger);
        for (int i = 0; i < SpareThreads.Most + TooMany; i++)
            Start("a", () => done.Wait(Soon));

        done.Set();

        Wait.Until(() => _started.Count(thread => !thread.IsAlive) >= TooMany, "the others have ended");
        _started.Count(thread => thread.IsAlive).Should().Be(SpareThreads.Most);
    }

    [Test]
    public void Context_of_the_caller_goes_with_the_work_and_none_of_another_stays()
    {
        string? seen = "nothing";
        _flowing.Value = "first";
        Thread thread = RunToItsEnd("a", () =>
        {
            seen = _flowing.Value;
            _flowing.Value = "changed by the work";
        });
        seen.Should().Be("first");
        _flowing.Value.Should().Be("first");

        _flowing.Value = null;
        RunToItsEnd("a", () => seen = _flowing.Value).Should().BeSameAs(thread);

        seen.Should().BeNull();
    }

    [Test]
    public void Context_that_is_not_to_flow_does_not_and_nothing_stays_either()
    {
        _flowing.Value = "the caller's";
        string?[] seen = ["nothing", "nothing"];

        using (ExecutionContext.SuppressFlow())
        {
            Thread thread = RunToItsEnd("a", () =>
            {
                seen[0] = _flowing.Value;
                _flowing.Value = "the work's";
            });
            RunToItsEnd("a", () => seen[1] = _flowing.Value).Should().BeSameAs(thread);
        }

        seen.Should().Equal(null, null);
    }

#if NETFRAMEWORK
    [Test]
    public void Synchronization_context_of_the_caller_stays_with_it()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext? seen = before;
        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        try
        {
            RunToItsEnd("a", () => seen = SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        seen.Should().BeNull();
    }
#endif

    [Test]
    public void Interrupt_of_what_ran_before_strikes_nobody_else()
    {
        bool struck = true;
        Thread thread = RunToItsEnd("a", () => Thread.CurrentThread.Interrupt());

        RunToItsEnd("a", () => struck = PendingInterrupt.Take()).Should().BeSameAs(thread);

        struck.Should().BeFalse();
    }

    [Test]
    public void Interrupt_of_a_thread_that_waits_does_not_end_it()
    {
        Thread thread = RunToItsEnd("a");

        thread.Interrupt();

        RunToItsEnd("a").Should().BeSameAs(thread);
    }

    [Test]
    public void Thread_that_cannot_be_started_is_told()
    {
        Action act = () => _threads.Run("a", () => { }, _ => throw new InvalidOperationException("no room"));

        act.Should().Throw<InvalidOperationException>().WithMessage("no room");
    }

    [Test]
    public void All_work_runs_once_even_if_it_comes_in_the_moment_a_thread_leaves([Values(1, 2, 3)] int seed)
    {
        const int Runners = 2;
        int[] runs = new int[Runners * Rounds];
        // So each of them leaves at once.
        SpareThreads threads = new(TimeSpan.Zero);
        Race race = new(seed, Rounds);
        for (int i = 0; i < Runners; i++)
        {
            int offset = i * Rounds;
            race.Add(round => threads.Run("a", () => Interlocked.Increment(ref runs[offset + round]), thread => thread.Start()));
        }
        race.Run();

        Wait.Until(() => runs.All(count => count > 0), "all has run");
        runs.Should().OnlyContain(count => count == 1, "seed {0}", seed);
    }

    private Thread Start(string name, Action work)
    {
        using ManualResetEventSlim begun = new();
        Thread? thread = null;
        _threads.Run(
            name,
            () =>
            {
                thread = Thread.CurrentThread;
                begun.Set();
                work();
            },
            started =>
            {
                _started.Enqueue(started);
                started.Start();
            });
        begun.Wait(Soon).Should().BeTrue("it runs");
        return thread!;
    }

    private Thread RunToItsEnd(string name, Action? work = null)
    {
        Thread thread = Start(name, work ?? (() => { }));
        Wait.Until(() => _threads.Count > 0, "a thread waits for more");
        return thread;
    }
}
