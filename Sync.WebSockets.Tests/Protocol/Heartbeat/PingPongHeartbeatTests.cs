using FluentAssertions;
using NUnit.Framework;
using static Sync.WebSockets.Protocol.Heartbeat.HeartbeatBench;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class PingPongHeartbeatTests
{
    [TestCase(0, 20_000)]
    [TestCase(0.5, 19_500)]
    [TestCase(1, 19_000)]
    public void First_ping_is_due_an_interval_after_opening_less_a_twentieth_by_phase(double phase, long milliseconds)
    {
        HeartbeatBench bench = new(20 * Second, 20 * Second, phase);

        bench.Step(0).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(milliseconds * Millisecond);
        bench.Step(bench.Next - 1).Should().Be(PingPongAction.None);
        bench.Step(bench.Next).Should().Be(PingPongAction.SendPing);
    }

    [Test]
    public void Pings_keep_to_their_deadlines_however_late_each_step_is()
    {
        HeartbeatBench bench = new(10 * Second, Never);
        bench.Step(0);

        for (long ping = 1; ping <= 1000; ping++)
        {
            bench.Next.Should().Be(ping * 10 * Second);
            bench.Step(bench.Next + (ping % 7 * Millisecond)).Should().Be(PingPongAction.SendPing);
        }
    }

    [Test]
    public void After_a_long_sleep_one_ping_makes_up_for_all_that_were_missed()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second);
        bench.Step(0);

        bench.Step(95 * Second).Should().Be(PingPongAction.SendPing);

        bench.Next.Should().Be(105 * Second);
    }

    [Test]
    public void Step_that_is_late_by_a_whole_interval_sends_one_ping_too()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second);
        bench.Step(0);

        bench.Step(20 * Second).Should().Be(PingPongAction.SendPing);

        bench.Next.Should().Be(30 * Second);
    }

    [TestCase(0, 15)]
    [TestCase(9, 15)]
    [TestCase(10, 15)]
    [TestCase(12, 17)]
    public void Death_comes_a_timeout_after_the_later_of_the_ping_and_the_last_byte(long lastByte, long death)
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second);
        bench.SendPing().Should().Be(10 * Second);
        bench.LastReceived = lastByte * Second;
        bench.Step(13 * Second);

        bench.Next.Should().Be(death * Second);
        bench.Step(bench.Next - 1).Should().Be(PingPongAction.None);
        bench.Step(bench.Next).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Without_an_unanswered_ping_silence_means_nothing()
    {
        HeartbeatBench bench = new(10 * Second, 1 * Second);
        bench.Step(0);

        bench.Step(10 * Second - 1).Should().Be(PingPongAction.None);
    }

    [Test]
    public void Ping_that_waits_for_the_wire_is_excused_by_every_byte_that_our_socket_takes()
    {
        HeartbeatBench bench = new(100 * Second, 5 * Second) { LastReceived = 0 };
        bench.Step(0);
        bench.OldestPing = bench.Next;
        bench.PingIsWaiting = true;
        bench.Step(100 * Second);
        for (long sent = 101; sent < 130; sent++)
        {
            bench.LastSent = sent * Second;
            bench.Step(sent * Second).Should().Be(PingPongAction.None);
            bench.Next.Should().Be((sent + 5) * Second);
        }

        bench.Step(134 * Second).Should().Be(PingPongAction.GiveUp, "nothing was taken for the whole timeout");
    }

    [Test]
    public void Ping_that_waits_counts_from_its_due_time_and_no_second_one_is_posted_behind_it()
    {
        HeartbeatBench bench = new(10 * Second, 25 * Second);
        bench.SendPing();
        bench.PingIsWaiting = true;

        bench.Step(20 * Second).Should().Be(PingPongAction.None);
        bench.Step(30 * Second).Should().Be(PingPongAction.None);
        bench.Step(35 * Second).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Once_the_ping_is_written_bytes_that_our_socket_takes_are_no_sign_of_life()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second);
        bench.SendPing();
        bench.LastSent = 15 * Second;

        bench.Step(15 * Second).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Silence_is_not_judged_while_reading_is_paused_and_counts_afresh_after_it()
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long ping = bench.SendPing();
        bench.ReadingIsPaused = true;
        bench.Step(ping + Second);
        bench.Next.Should().Be(2000 * Second, "only the next ping is due");
        bench.Step(ping + (500 * Second)).Should().Be(PingPongAction.None);

        bench.ReadingIsPaused = false;
        bench.LastReceived = ping + (500 * Second);
        bench.Step(bench.LastReceived).Should().Be(PingPongAction.None);

        bench.Next.Should().Be(bench.LastReceived + (5 * Second));
    }

    // The peer's TCP answers for the peer, which nobody can judge.
    [TestCase(null, false, PingPongAction.None)]
    [TestCase(true, false, PingPongAction.None)]
    [TestCase(false, false, PingPongAction.GiveUp)]
    [TestCase(false, true, PingPongAction.None)]
    public void While_reading_is_paused_only_a_ping_that_does_not_even_arrive_tells_of_a_death(bool? isDelivered, bool isWaiting, PingPongAction action)
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long ping = bench.SendPing();
        bench.ReadingIsPaused = true;
        bench.PingIsDelivered = isDelivered;
        bench.PingIsWaiting = isWaiting;
        bench.Step(ping + Second);

        bench.Step(ping + (5 * Second)).Should().Be(action);
    }

    [Test]
    public void Pings_go_out_while_reading_is_paused()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second) { ReadingIsPaused = true };
        bench.Step(0);

        bench.Step(10 * Second).Should().Be(PingPongAction.SendPing);
    }

    [Test]
    public void Time_in_which_we_did_not_run_is_not_held_against_the_peer()
    {
        HeartbeatBench bench = new(10 * Second, 25 * Second);
        bench.SendPing();

        bench.Step(60 * Second).Should().Be(PingPongAction.SendPing, "the step at 20 s came 40 s late");
        bench.Step(70 * Second).Should().Be(PingPongAction.SendPing);

        bench.Step(75 * Second - 1).Should().Be(PingPongAction.None);
        bench.Step(75 * Second).Should().Be(PingPongAction.GiveUp, "40 s were excused, 25 s were not");
    }

    [Test]
    public void Step_that_would_give_up_but_ran_late_looks_a_second_time_and_only_once()
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long ping = bench.SendPing();
        long late = ping + (60 * Second);

        bench.Step(late).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(late + Second, "a second is enough for bytes that wait in the socket");
        bench.Step(late + Second).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Second_look_comes_after_as_long_again_as_the_first_was_late()
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long death = bench.SendPing() + (5 * Second);

        bench.Step(death + (150 * Millisecond)).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(death + (300 * Millisecond), "a short hiccup costs little");
        bench.Step(death + (300 * Millisecond)).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Second_look_finds_the_peer_dead_even_if_it_is_late_again()
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long ping = bench.SendPing();
        bench.Step(ping + (60 * Second)).Should().Be(PingPongAction.None);

        bench.Step(ping + (90 * Second)).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Byte_that_came_while_we_did_not_run_starts_the_timeout_afresh()
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long ping = bench.SendPing();
        bench.Step(ping + (60 * Second)).Should().Be(PingPongAction.None);
        bench.LastReceived = ping + (60 * Second) + Millisecond;

        bench.Step(ping + (61 * Second)).Should().Be(PingPongAction.None);

        bench.Next.Should().BeInRange(bench.LastReceived + (5 * Second), bench.LastReceived + (6 * Second));
    }

    [Test]
    public void Step_a_little_late_gives_up_at_once()
    {
        HeartbeatBench bench = new(1000 * Second, 5 * Second);
        long ping = bench.SendPing();

        bench.Step(ping + (5 * Second) + (99 * Millisecond)).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void Early_steps_change_nothing()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second);
        long ping = bench.SendPing();

        for (long now = ping; now < ping + (5 * Second); now += 7 * Millisecond)
        {
            bench.Step(now).Should().Be(PingPongAction.None);
            bench.Next.Should().Be(ping + (5 * Second));
        }
    }

    [Test]
    public void New_interval_counts_from_the_last_ping()
    {
        HeartbeatBench bench = new(10 * Second, Never);
        bench.SendPing();
        bench.OldestPing = null;

        bench.Change(3 * Second, Never);
        bench.Step(11 * Second).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(13 * Second);

        bench.Change(30 * Second, Never);
        bench.Step(11 * Second).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(40 * Second);
    }

    [Test]
    public void New_interval_counts_from_the_last_ping_even_if_that_was_late()
    {
        HeartbeatBench bench = new(10 * Second, Never);
        bench.Step(0);
        bench.Step(95 * Second).Should().Be(PingPongAction.SendPing);

        bench.Change(20 * Second, Never);

        bench.Step(96 * Second).Should().Be(PingPongAction.None, "the last ping is a second old");
        bench.Next.Should().Be(115 * Second);
    }

    [Test]
    public void New_timeout_judges_the_ping_that_is_pending()
    {
        HeartbeatBench bench = new(1000 * Second, 20 * Second);
        long ping = bench.SendPing();

        bench.Change(1000 * Second, 30 * Second);
        bench.Step(ping + (2 * Second)).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(ping + (30 * Second));

        bench.Change(1000 * Second, 3 * Second);
        bench.Step(ping + (3 * Second) - 1).Should().Be(PingPongAction.None);
        bench.Step(ping + (3 * Second)).Should().Be(PingPongAction.GiveUp);
    }

    [Test]
    public void New_timeout_knows_nothing_of_what_the_old_one_excused()
    {
        HeartbeatBench bench = new(1000 * Second, 25 * Second);
        long ping = bench.SendPing();
        bench.Step(ping + (60 * Second)).Should().Be(PingPongAction.None, "it is 35 s late");
        bench.Next.Should().Be(ping + (61 * Second));

        bench.Change(1000 * Second, 100 * Second);
        bench.Step(ping + (61 * Second)).Should().Be(PingPongAction.None);

        bench.Next.Should().Be(ping + (100 * Second));
    }

    [Test]
    public void Unchanged_interval_moves_no_ping()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second, phase: 1);
        bench.Step(0);

        bench.Change(10 * Second, 6 * Second);
        bench.Step(1);

        bench.Next.Should().Be(9500 * Millisecond);
    }

    [Test]
    public void Infinite_interval_means_no_heartbeat_until_it_is_changed([Values(0, 1)] double phase)
    {
        HeartbeatBench bench = new(Never, 5 * Second, phase) { OldestPing = 1 };

        bench.Step(1000 * Second).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(Never);

        bench.OldestPing = null;
        bench.Change(10 * Second, 5 * Second);
        bench.Step(1000 * Second).Should().Be(PingPongAction.SendPing, "the connection has been open for longer than an interval");
        bench.Next.Should().Be(1010 * Second);
    }

    [Test]
    public void Interval_that_becomes_infinite_stops_the_judgement_too()
    {
        HeartbeatBench bench = new(10 * Second, 5 * Second);
        bench.SendPing();

        bench.Change(Never, 5 * Second);

        bench.Step(1000 * Second).Should().Be(PingPongAction.None);
        bench.Next.Should().Be(Never);
    }

    [Test]
    public void Infinite_timeout_pings_and_never_gives_up()
    {
        HeartbeatBench bench = new(10 * Second, Never);
        long ping = bench.SendPing();

        for (int i = 1; i <= 100; i++)
            bench.Step(ping + (i * 10 * Second)).Should().Be(PingPongAction.SendPing);
    }
}
