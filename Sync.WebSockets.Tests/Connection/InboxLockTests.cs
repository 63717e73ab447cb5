using System;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class InboxLockTests
{
    private static readonly int Guests = LongRun.Or(100, full: 1000);

    private readonly InboxLock _lock = new();

    [Test]
    public void Whoever_is_inside_is_alone_there()
    {
        using (_lock.Enter())
            Quickly().Should().BeFalse();
        _lock.TryEnterQuickly(out InboxLock.Scope scope).Should().BeTrue();
        Quickly().Should().BeFalse();
        BackgroundRun other = Run.InBackground(() => _lock.Enter().Dispose());
        other.EndsWithin(TimeSpan.FromMilliseconds(50)).Should().BeFalse("one that entered quickly is inside");

        scope.Dispose();

        other.Join();
        Quickly().Should().BeTrue();
    }

    [Test]
    public void Nobody_comes_in_quickly_while_somebody_wants_to_enter_in_full()
    {
        _lock.TryEnterQuickly(out InboxLock.Scope scope).Should().BeTrue();
        using var release = new ManualResetEventSlim();
        BackgroundRun full = Run.InBackground(() =>
        {
            using (_lock.Enter())
                release.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        });
        Wait.Until(() => _lock.IsWanted, "it wants to come in");

        scope.Dispose();

        Quickly().Should().BeFalse("it is wanted, or taken");
        release.Set();
        full.Join();
        Quickly().Should().BeTrue();
    }

    [Test]
    public void Threads_that_come_in_quickly_all_the_time_keep_nobody_out()
    {
        bool stop = false;
        BackgroundRun[] hasty = [.. Enumerable.Range(0, 2).Select(_ => Run.InBackground(() =>
        {
            while (!Volatile.Read(ref stop))
                Quickly();
        }))];

        for (int i = 0; i < Guests; i++)
            Run.InBackground(() => _lock.Enter().Dispose()).Join();

        Volatile.Write(ref stop, true);
        Array.ForEach(hasty, h => h.Join());
    }

    [Test]
    public void Who_waits_lets_others_in_by_either_way_until_there_is_a_pulse()
    {
        bool go = false;
        BackgroundRun waiting = Run.InBackground(() =>
        {
            using (_lock.Enter())
            {
                while (!go)
                    _lock.Wait();
                Run.InBackground(() => Quickly().Should().BeFalse("it is inside again")).Join();
            }
        });
        Wait.Until(() => waiting.IsWaiting, "it waits");

        Quickly().Should().BeTrue();
        using (_lock.Enter())
        {
            go = true;
            _lock.Pulse();
        }

        waiting.Join();
        Quickly().Should().BeTrue();
    }

    [Test]
    public void Wait_ends_when_its_time_is_up()
    {
        using (_lock.Enter())
        {
            _lock.Wait(10);
            Run.InBackground(() => Quickly().Should().BeFalse("it is inside again")).Join();
        }
    }

    [Test]
    public void Interrupt_keeps_nobody_from_entering_and_strikes_afterwards()
    {
        _lock.TryEnterQuickly(out InboxLock.Scope scope).Should().BeTrue();
        using var never = new ManualResetEventSlim();
        bool entered = false;
        BackgroundRun interrupted = Run.InBackground(() =>
        {
            using (_lock.Enter())
                Volatile.Write(ref entered, true);
            never.Invoking(n => n.Wait(TimeSpan.FromSeconds(10))).Should().Throw<ThreadInterruptedException>();
        });
        Wait.Until(() => _lock.IsWanted, "it wants to come in");

        interrupted.Interrupt();
        interrupted.EndsWithin(TimeSpan.FromMilliseconds(50)).Should().BeFalse();
        Volatile.Read(ref entered).Should().BeFalse();
        scope.Dispose();

        interrupted.Join();
        Volatile.Read(ref entered).Should().BeTrue();
    }

    [Test]
    public void Wait_that_is_interrupted_ends_inside()
    {
        BackgroundRun waiting = Run.InBackground(() =>
        {
            using (_lock.Enter())
            {
                _lock.Invoking(l => l.Wait()).Should().Throw<ThreadInterruptedException>();
                Run.InBackground(() => Quickly().Should().BeFalse("it is inside again")).Join();
            }
        });
        Wait.Until(() => waiting.IsWaiting, "it waits");

        waiting.Interrupt();

        waiting.Join();
        Quickly().Should().BeTrue();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Whoever_is_inside_gets_in_again_and_is_outside_when_he_has_left_as_often(bool quickly)
    {
        InboxLock.Scope outer = default;
        if (quickly)
            _lock.TryEnterQuickly(out outer).Should().BeTrue();
        else
            outer = _lock.Enter();

        using (_lock.Enter())
        {
            using (_lock.Enter())
                Quickly().Should().BeFalse();
            Elsewhere().Should().BeFalse();
        }
        Elsewhere().Should().BeFalse();
        outer.Dispose();

        Elsewhere().Should().BeTrue();

        bool Elsewhere()
        {
            bool entered = false;
            Run.InBackground(() => entered = Quickly()).Join();
            return entered;
        }
    }

    [Test]
    public void Wait_of_one_who_is_inside_twice_lets_others_in_and_ends_inside_twice()
    {
        BackgroundRun waiting = Run.InBackground(() =>
        {
            using (_lock.Enter())
            {
                using (_lock.Enter())
                    _lock.Wait();
                Run.InBackground(() => Quickly().Should().BeFalse("it is still inside")).Join();
            }
        });
        Wait.Until(() => waiting.IsWaiting, "it waits");

        Quickly().Should().BeTrue();
        using (_lock.Enter())
            _lock.Pulse();

        waiting.Join();
        Quickly().Should().BeTrue();
    }

    [Test]
    public void Nothing_that_is_done_inside_gets_lost([Values(1, 2, 3)] int seed)
    {
        const int perThread = 20_000;
        int count = 0;
        BackgroundRun[] threads = [.. Enumerable.Range(0, 4).Select(i => Run.InBackground(() => Count(new Random((seed * 10) + i))))];

        Array.ForEach(threads, thread => thread.Join());

        count.Should().Be(4 * perThread);

        void Count(Random random)
        {
            for (int i = 0; i < perThread; i++)
            {
                if (random.Next(4) > 0 && _lock.TryEnterQuickly(out InboxLock.Scope quick))
                {
                    using (quick)
                        count++;
                    continue;
                }
                using (_lock.Enter())
                {
                    // Who waits is woken by the next one who enters in full, or by the time.
                    if (random.Next(100) == 0)
                        _lock.Wait(1);
                    else
                        _lock.PulseAll();
                    count++;
                }
            }
        }
    }

    private bool Quickly()
    {
        if (!_lock.TryEnterQuickly(out InboxLock.Scope scope))
            return false;
        scope.Dispose();
        return true;
    }
}
