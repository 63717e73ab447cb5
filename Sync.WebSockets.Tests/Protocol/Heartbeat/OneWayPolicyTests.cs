using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Heartbeat;

[TestFixture]
internal sealed class OneWayPolicyTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private HeartbeatPolicy _policy = null!;

    [SetUp]
    public void Open() => _policy = HeartbeatPolicy.OneWay(Interval)();

    [Test]
    public void First_pong_is_due_an_interval_after_opening()
    {
        ShouldWait(Step(0), seconds: 10);
        ShouldWait(Step(9.999), seconds: 0.001);
        ShouldPong(Step(10), seconds: 10);
    }

    [Test]
    public void Pongs_keep_to_their_deadlines_however_late_each_step_is()
    {
        Step(0);

        for (int pong = 1; pong <= 1000; pong++)
        {
            double late = pong % 7 / 1000.0;
            ShouldPong(Step((pong * 10) + late), seconds: 10 - late);
        }
    }

    [Test]
    public void After_a_long_sleep_one_pong_makes_up_for_all_that_were_missed()
    {
        Step(0);

        ShouldPong(Step(95), seconds: 10);
        ShouldWait(Step(96), seconds: 9);
    }

    [Test]
    public void Step_that_is_late_by_a_whole_interval_sends_one_pong_too()
    {
        Step(0);

        ShouldPong(Step(20), seconds: 10);
    }

    [Test]
    public void Silence_of_the_server_means_nothing()
    {
        for (int seconds = 0; seconds < 10_000; seconds += 10)
            Step(seconds).Kind.Should().NotBe(HeartbeatActionKind.Fail);
    }

    [Test]
    public void Each_connection_gets_a_policy_of_its_own()
    {
        Func<HeartbeatPolicy> factory = HeartbeatPolicy.OneWay(Interval);

        factory().Should().NotBeSameAs(factory());
    }

    [TestCase(0)]
    [TestCase(-2)]
    [TestCase(2_147_483_648)]
    public void Interval_that_cannot_be_waited_is_refused(double milliseconds)
    {
        Action make = () => HeartbeatPolicy.OneWay(TimeSpan.FromMilliseconds(milliseconds));

        make.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("interval");
    }

    private HeartbeatAction Step(double seconds) => _policy.Step(new WebSocketHealth
    {
        Age = TimeSpan.FromSeconds(seconds),
        SinceLastReceived = TimeSpan.FromSeconds(seconds),
        SinceLastActivity = TimeSpan.FromSeconds(seconds),
    });

    private static void ShouldWait(HeartbeatAction action, double seconds) => ShouldBe(action, HeartbeatActionKind.Wait, seconds);

    private static void ShouldPong(HeartbeatAction action, double seconds) => ShouldBe(action, HeartbeatActionKind.Pong, seconds);

    private static void ShouldBe(HeartbeatAction action, HeartbeatActionKind kind, double seconds)
    {
        action.Kind.Should().Be(kind);
        action.Next.Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromTicks(10));
    }
}
