using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class MessageTurnTests
{
    private readonly MessageTurn _turn = new();

    private static Deadline Never => In(Timeout.Infinite);

    [Test]
    public void Turn_is_one_senders_at_a_time()
    {
        MessageTurn turn = new();
        turn.Enter(Never).Should().Be(TakeResult.Taken);

        Elsewhere(() => turn.Enter(In(0)).Should().Be(TakeResult.TimedOut));
        turn.Leave();

        Elsewhere(() => turn.Enter(In(0)).Should().Be(TakeResult.Taken));
    }

    [Test]
    public void Sender_that_has_the_turn_does_not_wait_for_itself()
    {
        MessageTurn turn = new();
        turn.Enter(Never);

        turn.Invoking(t => t.Enter(Never)).Should().Throw<InvalidOperationException>();

        turn.Leave();
        turn.Enter(Never).Should().Be(TakeResult.Taken);
    }

    [Test]
    public void Sender_that_waits_gets_the_turn_when_it_is_left()
    {
        MessageTurn turn = new();
        turn.Enter(Never);
        BackgroundRun waiter = Waiting(turn, Never, TakeResult.Taken);

        turn.Leave();

        waiter.Join();
    }

    [Test]
    public void Sender_that_waits_gives_up_when_its_time_is_up()
    {
        MessageTurn turn = new();
        turn.Enter(Never);

        Elsewhere(() => Elapsed.Of(() => turn.Enter(In(80)).Should().Be(TakeResult.TimedOut)).TotalMilliseconds.Should().BeInRange(70, 5000));
    }

    [Test]
    public void Everybody_is_freed_when_the_connection_ends()
    {
        MessageTurn turn = new();
        turn.Enter(Never);
        BackgroundRun[] waiters = [Waiting(turn, Never, TakeResult.Closed), Waiting(turn, Never, TakeResult.Closed), Waiting(turn, In(60_000), TakeResult.Closed)];

        turn.Close();

        Array.ForEach(waiters, w => w.Join());
        turn.Leave();
        turn.Enter(Never).Should().Be(TakeResult.Closed);
    }

    [Test]
    public void Sender_that_is_interrupted_while_it_waits_strands_nobody([Range(1, 40)] int round)
    {
        _ = round;
        MessageTurn turn = new();
        turn.Enter(Never);
        BackgroundRun interrupted = Run.InBackground(() => EnterAndLeave(turn));
        Wait.Until(() => interrupted.IsWaiting, "the first one waits");
        BackgroundRun other = Run.InBackground(() => EnterAndLeave(turn));
        Wait.Until(() => other.IsWaiting, "the second one waits");

        interrupted.Interrupt();
        turn.Leave();

        other.Join();
        interrupted.Join();
        turn.Enter(In(0)).Should().Be(TakeResult.Taken);
    }

    [Test]
    [NonParallelizable]
    public void Many_senders_with_and_without_patience_never_share_a_turn_and_never_lose_it([Values(1, 2, 3)] int seed)
    {
        int inside = 0;
        int shared = 0;
        int taken = 0;
        Action<int>[] patience = [_ => Use(Never), _ => Use(Never), _ => Use(In(1)), _ => Use(In(0))];
        Race race = new(seed, rounds: 3000);
        foreach (Action<int> sender in patience)
            race.Add(sender);
        race.AfterEach(round =>
        {
            _turn.Enter(In(0)).Should().Be(TakeResult.Taken, "nobody holds the turn after round {0}, seed {1}", round, seed);
            _turn.Leave();
        });

        race.Run();

        shared.Should().Be(0);
        taken.Should().BeGreaterThanOrEqualTo(2 * 3000);

        void Use(Deadline deadline)
        {
            if (_turn.Enter(deadline) != TakeResult.Taken)
                return;
            if (Interlocked.Increment(ref inside) != 1)
                shared++;
            taken++;
            Interlocked.Decrement(ref inside);
            _turn.Leave();
        }
    }

    private static Deadline In(int milliseconds) => Deadline.After(MonotonicClock.System, TimeSpan.FromMilliseconds(milliseconds));

    private static void Elsewhere(Action action) => Run.InBackground(action).Join();

    private static void EnterAndLeave(MessageTurn turn)
    {
        try
        {
            turn.Enter(Never).Should().Be(TakeResult.Taken);
            turn.Leave();
        }
        catch (ThreadInterruptedException)
        {
            // It was told to.
        }
    }

    private static BackgroundRun Waiting(MessageTurn turn, Deadline deadline, TakeResult expected)
    {
        BackgroundRun run = Run.InBackground(() => turn.Enter(deadline).Should().Be(expected));
        Wait.Until(() => run.IsWaiting, "it waits for the turn");
        return run;
    }
}
