using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class MessagePolicyTests
{
    private int _made;

    // When something last came, and when reading was last resumed, in seconds since opening.
    private double _received;
    private double _pong;
    private double _resumed;
    private bool _paused;
    private HeartbeatPolicy _policy = null!;

    [SetUp]
    public void Open()
    {
        _made = 0;
        _received = _pong = _resumed = 0;
        _paused = false;
        Use(interval: 10, timeout: 5);
    }

    [Test]
    public void First_message_is_due_an_interval_after_opening()
    {
        ShouldWait(Step(0), seconds: 10);
        ShouldWait(Step(9), seconds: 1);
        _made.Should().Be(0);

        ShouldSend(Step(10), "1", seconds: 5);
    }

    [Test]
    public void Messages_keep_to_their_deadlines_however_late_each_step_is()
    {
        Step(0);

        for (int message = 1; message <= 1000; message++)
        {
            double at = (message * 10) + (message % 7 / 1000.0);
            ShouldSend(Step(at), FormattableString.Invariant($"{message}"), seconds: 5);
            _received = at + 1;
            ShouldWait(Step(at + 1), seconds: ((message + 1) * 10) - at - 1);
        }
    }

    [Test]
    public void Pong_is_a_sign_of_life_too()
    {
        Step(0);
        ShouldSend(Step(10), "1", seconds: 5);
        _pong = 12;

        ShouldWait(Step(15), seconds: 5);
        ShouldSend(Step(20), "2", seconds: 5);
    }

    [TestCase(10, 5, 15)]
    [TestCase(5, 10, 15)]
    [TestCase(1, 10, 11)]
    public void Silent_server_is_given_up_a_timeout_after_the_oldest_message_that_nothing_came_after(double interval, double timeout, double death)
    {
        Use(interval, timeout);

        double now = 0;
        HeartbeatAction action = Step(now);
        while (action.Kind != HeartbeatActionKind.Fail && now < 1000)
        {
            now += action.Next.TotalSeconds;
            action = Step(now);
        }

        now.Should().BeApproximately(death, 0.001);
        action.Reason.Should().Be(FormattableString.Invariant($"Nothing came for {timeout} s after a heartbeat message."));
    }

    [Test]
    public void Message_is_due_even_while_another_one_is_unanswered()
    {
        Use(interval: 5, timeout: 10);
        Step(0);

        ShouldSend(Step(5), "1", seconds: 5);
        ShouldSend(Step(10), "2", seconds: 5);
    }

    [Test]
    public void What_came_at_the_very_moment_of_a_message_counts_as_its_answer()
    {
        Step(0);
        _received = 10;

        ShouldSend(Step(10), "1", seconds: 5);
        ShouldWait(Step(15), seconds: 5);
    }

    [Test]
    public void Silence_before_a_message_is_not_held_against_the_server()
    {
        Use(interval: 10, timeout: 1);
        Step(0);

        Step(10).Kind.Should().Be(HeartbeatActionKind.Send);
        Step(10.9).Kind.Should().Be(HeartbeatActionKind.Wait);
    }

    [Test]
    public void Server_that_answers_each_message_just_in_time_lives()
    {
        Step(0);

        for (double at = 10; at < 10_000; at += 10)
        {
            Step(at).Kind.Should().Be(HeartbeatActionKind.Send);
            _received = at + 4.999;
            ShouldWait(Step(at + 5), seconds: 5);
        }
    }

    [Test]
    public void Server_is_not_given_up_while_reading_is_paused()
    {
        Step(0);
        Step(10);
        _paused = true;

        for (double at = 15; at < 1000; at += 5)
            Step(at).Kind.Should().NotBe(HeartbeatActionKind.Fail);
    }

    [Test]
    public void Pause_that_ended_just_before_the_deadline_is_excused()
    {
        Step(0);
        Step(10);
        _resumed = 14.999;

        Step(15).Kind.Should().Be(HeartbeatActionKind.Wait);
        Step(20).Kind.Should().Be(HeartbeatActionKind.Send);
        Step(25).Kind.Should().Be(HeartbeatActionKind.Fail, "nothing came after that message");
    }

    [Test]
    public void Answer_that_came_before_a_pause_counts_after_it()
    {
        Step(0);
        Step(10);
        _received = 10.5;
        _paused = true;
        ShouldWait(Step(15), seconds: 5);
        _paused = false;

        Step(20).Kind.Should().Be(HeartbeatActionKind.Send);
    }

    [Test]
    public void After_a_long_sleep_one_message_makes_up_for_all_that_were_missed()
    {
        Step(0);

        ShouldSend(Step(95), "1", seconds: 5);
        _received = 96;
        ShouldWait(Step(100), seconds: 5);
        ShouldSend(Step(105), "2", seconds: 5);
    }

    [Test]
    public void Step_that_is_late_by_a_whole_interval_sends_one_message_too()
    {
        Step(0);

        ShouldSend(Step(20), "1", seconds: 5);
        _received = 21;
        ShouldWait(Step(25), seconds: 5);
    }

    [Test]
    public void Step_that_is_late_by_what_happens_on_any_machine_is_no_sleep()
    {
        Step(0);
        Step(10);

        Step(15.1).Kind.Should().Be(HeartbeatActionKind.Fail);
    }

    [Test]
    public void Sleep_is_not_held_against_the_server()
    {
        Step(0);
        Step(10);

        Step(500).Kind.Should().Be(HeartbeatActionKind.Send, "its answer may lie unread in the socket");
        Step(504.999).Kind.Should().Be(HeartbeatActionKind.Wait);
        Step(505).Kind.Should().Be(HeartbeatActionKind.Fail);
    }

    [Test]
    public void Answer_that_was_read_before_a_late_step_counts_as_one()
    {
        Step(0);
        Step(10);
        _received = 10.5;

        ShouldWait(Step(15.5), seconds: 4.5);
        Step(20).Kind.Should().Be(HeartbeatActionKind.Send);
    }

    [Test]
    public void What_the_program_gives_for_a_message_is_sent_as_it_is()
    {
        _policy = HeartbeatPolicy.Messages(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), () => WebSocketMessage.FromBinary([1, 2]))();
        Step(0);

        HeartbeatAction action = Step(1);

        action.Message.MessageType.Should().Be(System.Net.WebSockets.WebSocketMessageType.Binary);
        action.Message.Data.Should().Equal(1, 2);
    }

    [TestCase(0, 1, "interval")]
    [TestCase(1, 0, "timeout")]
    public void Times_that_cannot_be_waited_are_refused(double interval, double timeout, string parameter)
    {
        Action make = () => Use(interval, timeout);

        make.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(parameter);
    }

    [Test]
    public void Missing_message_is_refused()
    {
        Action make = () => HeartbeatPolicy.Messages(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), null!);

        make.Should().Throw<ArgumentNullException>().WithParameterName("message");
    }

    private void Use(double interval, double timeout) => _policy = HeartbeatPolicy.Messages(
        TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(timeout), () => WebSocketMessage.FromText(FormattableString.Invariant($"{++_made}")))();

    private HeartbeatAction Step(double seconds) => _policy.Step(new WebSocketHealth
    {
        Age = TimeSpan.FromSeconds(seconds),
        SinceLastReceived = TimeSpan.FromSeconds(seconds - Math.Max(_received, _pong)),
        SinceLastActivity = TimeSpan.FromSeconds(seconds - Math.Max(_received, _resumed)),
        ReadingIsPaused = _paused,
    });

    private static void ShouldWait(HeartbeatAction action, double seconds)
    {
        action.Kind.Should().Be(HeartbeatActionKind.Wait);
        action.Next.Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(10));
    }

    private static void ShouldSend(HeartbeatAction action, string text, double seconds)
    {
        action.Kind.Should().Be(HeartbeatActionKind.Send);
        action.Message.Text.Should().Be(text);
        action.Next.Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(10));
    }
}
