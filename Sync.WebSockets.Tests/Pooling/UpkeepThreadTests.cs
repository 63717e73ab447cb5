using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

[TestFixture]
[NonParallelizable]
internal sealed class UpkeepThreadTests
{
    private static readonly MonotonicClock Clock = MonotonicClock.System;

    private int _steps;
    private Thread? _thread;
    private Func<long> _next = () => MonotonicClock.Never;

    [SetUp]
    public void Begin() => (_steps, _thread, _next) = (0, null, () => MonotonicClock.Never);

    [Test]
    public void Thread_begins_when_something_is_due_and_ends_when_nothing_is()
    {
        UpkeepThread upkeep = New();
        upkeep.Schedule(MonotonicClock.Never);
        _thread.Should().BeNull();

        upkeep.Schedule(0);

        Wait.Until(() => _steps == 1, "the step has run");
        _thread!.IsBackground.Should().BeTrue();
        Wait.Until(() => !_thread.IsAlive, "the thread has ended");
        upkeep.Schedule(0);
        Wait.Until(() => _steps == 2, "another thread has run the step");
    }

    [Test]
    public void Step_runs_again_when_it_says_so_and_not_earlier()
    {
        long first = Clock.Now, second = 0;
        _next = () =>
        {
            if (_steps == 1)
                return first + TimeSpan.FromMilliseconds(100).Ticks;
            second = Clock.Now;
            return MonotonicClock.Never;
        };

        New().Schedule(0);

        Wait.Until(() => second > 0, "the step has run again");
        (second - first).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(100).Ticks);
    }

    [Test]
    public void Thread_that_waits_for_long_takes_no_time_and_can_be_had_earlier()
    {
        long soon = Clock.Now + TimeSpan.FromHours(1).Ticks;
        _next = () => soon;
        UpkeepThread upkeep = New();
        upkeep.Schedule(0);
        Wait.Until(() => _steps == 1, "the step has run");
        Wait.Out(TimeSpan.FromMilliseconds(1500));
        Wait.Until(() => _thread!.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "it waits, though longer than it lingers");

        upkeep.Schedule(0);

        Wait.Until(() => _steps == 2, "the step has run again");
        upkeep.Stop(wait: true);
        Wait.Until(() => !_thread!.IsAlive, "the thread has ended");
    }

    [Test]
    public void Step_that_throws_is_tried_again_later()
    {
        _next = () => _steps == 1 ? throw new InvalidOperationException("a mistake") : MonotonicClock.Never;

        New().Schedule(0);

        Wait.Until(() => _steps == 2, "the step has run again");
    }

    [Test]
    public void Thread_that_cannot_be_started_is_tried_again_with_the_next_that_is_due()
    {
        int tries = 0;
        UpkeepThread upkeep = new(Clock, thread => { if (tries++ == 0) throw new InvalidOperationException("no thread"); thread.Start(); }, Step);

        upkeep.Schedule(0);
        _steps.Should().Be(0);
        upkeep.Schedule(0);

        Wait.Until(() => _steps == 1, "the step has run");
    }

    [Test]
    public void After_the_stop_nothing_begins()
    {
        UpkeepThread upkeep = New();
        upkeep.Stop(wait: true);

        upkeep.Schedule(0);

        _thread.Should().BeNull();
    }

    private UpkeepThread New() => new(
        Clock,
        thread =>
        {
            _thread = thread;
            thread.Start();
        },
        Step);

    private long Step()
    {
        Interlocked.Increment(ref _steps);
        return _next();
    }
}
