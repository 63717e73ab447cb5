using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReadingTurnTests
{
    private Inbox _inbox = new(1000, MonotonicClock.System);

    private ReadingTurn Turn => _inbox.Turn;

    [Test]
    public void Reader_has_it_at_first()
    {
        Turn.IsFree.Should().BeFalse();
        Turn.TryBorrow().Should().BeFalse();
        Turn.IsBorrowed.Should().BeFalse();
    }

    [Test]
    public void What_is_lent_comes_back_when_nobody_uses_it()
    {
        BackgroundRun reader = Run.InBackground(() => Turn.Lend(_inbox));

        reader.Join();

        Turn.IsFree.Should().BeFalse();
    }

    [Test]
    public void What_is_lent_comes_back_when_the_reader_is_called()
    {
        Turn.Look = TimeSpan.FromHours(1);
        BackgroundRun reader = Lend();

        Turn.CallReader();

        reader.Join();
        Turn.TryBorrow().Should().BeFalse();
    }

    [Test]
    public void Only_one_has_it_at_a_time()
    {
        Turn.Look = TimeSpan.FromHours(1);
        BackgroundRun reader = Lend();

        Turn.TryBorrow().Should().BeTrue();
        Turn.IsBorrowed.Should().BeTrue();
        Run.InBackground(() =>
        {
            Turn.IsBorrowed.Should().BeFalse();
            Turn.TryBorrow().Should().BeFalse();
        }).Join();
        Turn.CallReader();
        reader.EndsWithin(TimeSpan.FromMilliseconds(50)).Should().BeFalse("it is borrowed");

        Turn.Return(hasRead: true);
        reader.Join();
    }

    [Test]
    public void Reader_that_was_called_while_it_is_borrowed_takes_it_right_after()
    {
        for (int i = 0; i < 200; i++)
        {
            // A call of the round before may come after its reader has noticed that it is wanted.
            _inbox = new Inbox(1000, MonotonicClock.System);
            BackgroundRun reader = Lend(TimeSpan.FromHours(1));
            Turn.TryBorrow().Should().BeTrue();
            Turn.CallReader();
            // From before it has noticed to long after.
            Thread.SpinWait(i * 100);

            Turn.Return(hasRead: true);

            reader.Join();
        }
    }

    [Test]
    public void Reader_stays_away_as_long_as_it_is_used()
    {
        BackgroundRun reader = Lend(TimeSpan.FromMilliseconds(500));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        int uses = 0;

        // Each use well within the time after which it would come back.
        while (watch.Elapsed < TimeSpan.FromSeconds(2) && Turn.TryBorrow())
        {
            uses++;
            Turn.Return(hasRead: true);
        }

        reader.IsRunning.Should().BeTrue();
        uses.Should().BeGreaterThan(100);
        reader.Join();
    }

    [Test]
    public void Nothing_is_lent_when_nothing_can_come_any_more()
    {
        Turn.Look = TimeSpan.FromHours(1);
        _inbox.Close();

        Run.InBackground(() => Turn.Lend(_inbox)).Join();
    }

    private BackgroundRun Lend(TimeSpan? look = null)
    {
        Turn.Look = look ?? Turn.Look;
        BackgroundRun reader = Run.InBackground(() => Turn.Lend(_inbox));
        Wait.Until(() => Turn.IsFree, "it is lent");
        return reader;
    }
}
