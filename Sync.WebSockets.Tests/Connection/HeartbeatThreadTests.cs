using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
internal sealed class HeartbeatThreadTests
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;

    private static readonly MonotonicClock Clock = MonotonicClock.System;

    private readonly List<Beat> _registered = [];
    private HeartbeatThread _heartbeat = null!;

    [SetUp]
    public void Start() => _heartbeat = new HeartbeatThread(Clock);

    [TearDown]
    public void End()
    {
        _registered.ForEach(_heartbeat.Unregister);
        _registered.Clear();
    }

    [Test]
    public void First_step_runs_at_once() => Register().Steps.Should().ContainSingle();

    [TestCase(false)]
    [TestCase(true)]
    public void Steps_run_when_they_are_due_even_if_the_thread_pool_is_starved(bool starved)
    {
        using BlockedPool? pool = starved ? new BlockedPool() : null;
        FakeBeat beat = Register(now => now + (50 * Millisecond));

        TimeSpan took = Elapsed.Of(() => WaitForSteps(beat, 20));

        long[] steps = [.. beat.Steps];
        long[] gaps = [.. steps.Zip(steps.Skip(1), (a, b) => (b - a) / Millisecond)];
        gaps.Should().OnlyContain(gap => gap >= 50, "no step runs before it is due");
        long stalled = (long)Machine.StalledDuring(took).TotalMilliseconds;
        gaps.OrderBy(g => g).ElementAt(gaps.Length / 2).Should().BeLessThan(100 + (stalled / gaps.Length), "most run soon after");
        gaps.Max().Should().BeLessThan(300 + stalled);
    }

    [Test]
    public void Step_that_is_never_due_again_runs_only_when_it_is_scheduled()
    {
        FakeBeat beat = Register();
        WaitForSteps(beat, 1);

        _heartbeat.Schedule(beat, 0);
        WaitForSteps(beat, 2);
        _heartbeat.Schedule(beat, Clock.Now + (30 * Millisecond));
        WaitForSteps(beat, 3);

        beat.Steps.Should().HaveCount(3);
    }

    [Test]
    public void Step_can_be_had_earlier_but_not_later()
    {
        long due = Clock.Now + (300 * Millisecond);
        FakeBeat beat = Register(_ => due);
        WaitForSteps(beat, 1);

        _heartbeat.Schedule(beat, due + (100_000 * Millisecond));
        _heartbeat.Schedule(beat, Clock.Now + (20 * Millisecond));
        WaitForSteps(beat, 2);

        beat.Steps.ElementAt(1).Should().BeLessThan(due);
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Schedule_during_a_step_is_not_lost(int which)
    {
        using ManualResetEventSlim inStep = new();
        using ManualResetEventSlim goOn = new();
        int step = 0;
        FakeBeat beat = new(_ =>
        {
            if (++step < which)
                return 0;
            inStep.Set();
            goOn.Wait(TimeSpan.FromSeconds(10));
            return MonotonicClock.Never;
        });
        BackgroundRun registering = Run.InBackground(() => Register(beat));
        inStep.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        _heartbeat.Schedule(beat, 0);
        goOn.Set();
        registering.Join();

        WaitForSteps(beat, which + 1);
    }

    [Test]
    public void Step_that_schedules_itself_runs_again()
    {
        FakeBeat beat = null!;
        int left = 10;
        beat = new FakeBeat(_ =>
        {
            if (--left > 0)
                _heartbeat.Schedule(beat, 0);
            return MonotonicClock.Never;
        });
        Register(beat);

        WaitForSteps(beat, 10);
        beat.Steps.Should().HaveCount(10);
    }

    [Test]
    public void Beat_that_was_let_go_never_runs_again_whatever_is_scheduled()
    {
        FakeBeat gone = Register(now => now + Millisecond);
        FakeBeat other = Register(now => now + Millisecond);
        WaitForSteps(gone, 3);

        _heartbeat.Unregister(gone);
        WaitForSteps(other, other.Steps.Count + 2);
        int steps = gone.Steps.Count;
        _heartbeat.Schedule(gone, 0);
        _heartbeat.Unregister(gone);
        WaitForSteps(other, other.Steps.Count + 10);

        gone.Steps.Should().HaveCount(steps);
    }

    [Test]
    public void Beat_can_be_let_go_during_its_step()
    {
        FakeBeat beat = null!;
        beat = new FakeBeat(_ =>
        {
            _heartbeat.Unregister(beat);
            return 0;
        });
        Register(beat);
        WaitForSteps(beat, 1);
        FakeBeat other = Register(now => now + Millisecond);
        WaitForSteps(other, 10);

        beat.Steps.Should().HaveCount(1);
    }

    [Test]
    public void Thread_ends_after_the_last_beat_and_another_starts_with_the_next()
    {
        Thread first = Thread.CurrentThread;
        int step = 0;
        FakeBeat beat = Register(_ =>
        {
            Volatile.Write(ref first, Thread.CurrentThread);
            return ++step == 1 ? 0 : MonotonicClock.Never;
        });
        Wait.Until(() => Volatile.Read(ref first) != Thread.CurrentThread, "the second step runs");
        (first.IsBackground, first.Name).Should().Be((true, "Sync.WebSockets heartbeat"));

        _heartbeat.Unregister(beat);
        TimeSpan took = Elapsed.Of(() => first.Join(TimeSpan.FromSeconds(10)).Should().BeTrue());
        took.Should().BeBelow(TimeSpan.FromSeconds(1.5), "it lingers for a second");

        WaitForSteps(Register(now => now + Millisecond), 2);
    }

    [Test]
    public void Beat_wakes_a_thread_that_has_nothing_else_to_do()
    {
        _heartbeat.Unregister(Register());

        FakeBeat beat = Register(now => now + (20 * Millisecond));
        TimeSpan took = Elapsed.Of(() => WaitForSteps(beat, 2));

        took.Should().BeLessThan(TimeSpan.FromMilliseconds(500) + Machine.StalledDuring(took), "it lingers for a second");
    }

    [Test]
    public void Beats_that_come_and_go_let_the_thread_sleep([Values] bool besideAnother)
    {
        CountingTimers time = new();
        _heartbeat = new HeartbeatThread(new MonotonicClock(time));
        FakeBeat asleep = besideAnother ? Register() : new FakeBeat();
        const int Count = 1000;

        TimeSpan took = Elapsed.Of(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                FakeBeat beat = Register(now => now + TimeSpan.FromSeconds(20).Ticks);
                _heartbeat.Schedule(beat, Clock.Now + TimeSpan.FromSeconds(10).Ticks);
                _heartbeat.Unregister(beat);
            }
        });

        time.TimersSet.Should().BeLessThan(10 + (int)took.TotalSeconds, "each waking sets the timer anew");
        asleep.Steps.Count.Should().BeLessThan(2);
    }

    [Test]
    public void One_thread_serves_many_beats_all_in_time()
    {
        int registering = Environment.CurrentManagedThreadId;
        HashSet<int> threads = [];
        FakeBeat[] beats = [.. Enumerable.Range(0, 2000).Select(i => Register(now =>
        {
            if (Environment.CurrentManagedThreadId != registering)
                threads.Add(Environment.CurrentManagedThreadId);
            return now + ((50 + (i % 50)) * Millisecond);
        }))];

        Wait.Until(() => beats.All(b => b.Steps.Count >= 10), "all have run", TimeSpan.FromSeconds(30));

        threads.Should().ContainSingle();
        IEnumerable<long> gaps = beats.SelectMany(b => b.Steps.Zip(b.Steps.Skip(1), (x, y) => (y - x) / Millisecond));
        gaps.OrderBy(g => g).ElementAt(beats.Length).Should().BeLessThan(200);
    }

    [Test]
    public void Beats_come_and_go_from_many_threads([Values(1, 2)] int seed)
    {
        Race race = new(seed, rounds: 1000);
        FakeBeat[] beats = new FakeBeat[3];
        foreach (int i in new[] { 0, 1, 2 })
        {
            race.Add(_ =>
            {
                FakeBeat beat = beats[i] = new FakeBeat(now => now + Millisecond);
                _heartbeat.Register(beat, ClientEnvironment.Default.StartThread);
                _heartbeat.Schedule(beat, 0);
                SpinWait.SpinUntil(() => beat.Steps.Count > 1, TimeSpan.FromSeconds(10)).Should().BeTrue();
                _heartbeat.Unregister(beat);
            });
        }
        race.AfterEach(round => beats.Should().OnlyContain(b => b.Steps.Count > 1, "round {0}, seed {1}", round, seed));

        race.Run();
    }

    private static void WaitForSteps(FakeBeat beat, int count) => Wait.Until(() => beat.Steps.Count >= count, $"there were {count} steps");

    private FakeBeat Register(Func<long, long>? step = null) => Register(new FakeBeat(step));

    private FakeBeat Register(FakeBeat beat)
    {
        _registered.Add(beat);
        _heartbeat.Register(beat, ClientEnvironment.Default.StartThread);
        return beat;
    }
}
