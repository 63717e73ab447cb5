using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Proxies;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
internal sealed class DialWatchTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Test]
    public void Outcome_in_time_is_taken()
    {
        DialWatch watch = Watch(Long);
        BackgroundRun caller = Run.InBackground(() => watch.Wait(CancellationToken.None).Should().BeTrue());
        Wait.Until(() => caller.IsWaiting, "the caller waits");

        watch.TryFinish().Should().BeTrue();

        caller.Join();
        watch.GivenUp.Should().BeFalse();
    }

    [Test]
    public void Deadline_ends_the_wait_and_disposes_what_the_dialling_thread_is_blocked_on()
    {
        DialWatch watch = Watch(TimeSpan.FromMilliseconds(80));
        FakeResource resource = new();
        watch.BlockOn(resource, Timeout.InfiniteTimeSpan);

        Elapsed.Of(() => watch.Wait(CancellationToken.None).Should().BeFalse()).TotalMilliseconds.Should().BeInRange(60, 5000);

        resource.Disposals.Should().Be(1);
        watch.GivenUp.Should().BeTrue();
        watch.TryFinish().Should().BeFalse("nobody waits for it any more, so the dialling thread has to free it");
    }

    [Test]
    public void After_the_deadline_the_dialling_thread_is_stopped_at_its_next_step()
    {
        DialWatch watch = Watch(TimeSpan.FromMilliseconds(1));
        watch.Wait(CancellationToken.None).Should().BeFalse();
        FakeResource late = new();

        watch.Invoking(w => w.Enter(WebSocketConnectStage.Tls)).Should().Throw<ObjectDisposedException>();
        watch.Invoking(w => w.BlockOn(late, Long)).Should().Throw<ObjectDisposedException>();

        late.Disposals.Should().Be(1);
    }

    [Test]
    public void Token_ends_the_wait_at_once()
    {
        DialWatch watch = Watch(Long);
        FakeResource resource = new();
        watch.BlockOn(resource, Long);
        using CancellationTokenSource source = new();
        BackgroundRun caller = Run.InBackground(() => watch.Wait(source.Token));
        Wait.Until(() => caller.IsWaiting, "the caller waits");

        source.Cancel();

        caller.Invoking(c => c.Join()).Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        resource.Disposals.Should().Be(1);
        watch.TryFinish().Should().BeFalse();
    }

    [Test]
    public void Token_that_is_cancelled_before_the_wait_ends_it_too()
    {
        DialWatch watch = Watch(Long);

        watch.Invoking(w => w.Wait(new CancellationToken(canceled: true))).Should().Throw<OperationCanceledException>();

        watch.TryFinish().Should().BeFalse();
    }

    [Test]
    public void Interrupt_ends_the_wait_at_once()
    {
        DialWatch watch = Watch(Long);
        FakeResource resource = new();
        watch.BlockOn(resource, Long);
        BackgroundRun caller = Run.InBackground(() => watch.Wait(CancellationToken.None));
        Wait.Until(() => caller.IsWaiting, "the caller waits");

        caller.Interrupt();

        caller.Invoking(c => c.Join()).Should().Throw<ThreadInterruptedException>();
        watch.TryGiveUp().Should().BeTrue();
        resource.Disposals.Should().Be(1);
        watch.TryFinish().Should().BeFalse();
    }

    [Test]
    [NonParallelizable]
    public void Caller_and_dialling_thread_agree_whose_the_outcome_is_when_an_interrupt_meets_it([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 1000; round++)
        {
            DialWatch watch = Watch(Long);
            bool dialled = false;
            bool taken = false;
            BackgroundRun caller = Run.InBackground(() => taken = Takes(watch));
            SpinWait.SpinUntil(() => caller.IsWaiting, TimeSpan.FromSeconds(10)).Should().BeTrue();
            int spins = random.Next(3000);
            BackgroundRun dialling = Run.InBackground(() =>
            {
                Thread.SpinWait(spins);
                dialled = watch.TryFinish();
            });
            Thread.SpinWait(random.Next(20_000));
            caller.Interrupt();
            dialling.Join();
            caller.Join();

            taken.Should().Be(dialled, "a connection must not be lost between the two (round {0}, seed {1})", round, seed);
        }
    }

    [Test]
    public void Slice_that_runs_out_disposes_the_resource_and_the_caller_waits_on()
    {
        DialWatch watch = Watch(Long);
        BackgroundRun caller = Run.InBackground(() => watch.Wait(CancellationToken.None).Should().BeTrue());
        FakeResource first = new();
        FakeResource second = new();
        watch.BlockOn(first, TimeSpan.FromMilliseconds(50));
        Wait.Until(() => first.Disposals == 1, "the slice ran out");

        watch.BlockOn(second);
        watch.TryFinish().Should().BeTrue();

        caller.Join();
        (first.Disposals, second.Disposals).Should().Be((1, 0));
    }

    [Test]
    public void Slice_ends_with_what_it_was_for()
    {
        DialWatch watch = Watch(TimeSpan.FromMilliseconds(150));
        FakeResource first = new();
        FakeResource second = new();
        watch.BlockOn(first, TimeSpan.FromMilliseconds(50));
        watch.BlockOn(second);

        Elapsed.Of(() => watch.Wait(CancellationToken.None)).TotalMilliseconds.Should().BeGreaterThan(100);

        (first.Disposals, second.Disposals).Should().Be((0, 1), "the second one is disposed at the deadline, not at the end of the slice");
    }

    [Test]
    public void Stage_is_remembered()
    {
        DialWatch watch = Watch(Long);
        watch.Enter(WebSocketConnectStage.Tls);

        watch.Stage.Should().Be(WebSocketConnectStage.Tls);
        watch.Timeout.Should().Be(Long);
        watch.Remaining.Should().BeGreaterThan(TimeSpan.FromSeconds(20)).And.BeLessThanOrEqualTo(Long);
        Watch(Timeout.InfiniteTimeSpan).Remaining.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [Test]
    public void Towards_a_proxy_every_stage_is_Proxy()
    {
        DialWatch watch = Watch(Long);
        watch.Enter(WebSocketConnectStage.Dns);

        watch.Proxy = new Proxy(ProxyAddress.Parse("http://user:password@proxy.example", out _)!, Credentials: null, "the test");
        watch.Stage.Should().Be(WebSocketConnectStage.Proxy);
        watch.Enter(WebSocketConnectStage.Tcp);
        watch.Stage.Should().Be(WebSocketConnectStage.Proxy);
        watch.Failure("Why.").Message.Should().Contain("http://proxy.example:80 (from the test)").And.EndWith("Why.").And.NotContain("password");

        watch.Proxy = null;
        watch.Failure("Why.").Message.Should().Be("Why.");
        watch.Stage.Should().Be(WebSocketConnectStage.Tcp);
        watch.Enter(WebSocketConnectStage.Handshake);
        watch.Stage.Should().Be(WebSocketConnectStage.Handshake);
    }

    private static DialWatch Watch(TimeSpan timeout) => new(ClientEnvironment.Default, timeout);

    // Whether the outcome is the caller's: to use, or to free when it leaves by an exception.
    private static bool Takes(DialWatch watch)
    {
        try
        {
            return watch.Wait(CancellationToken.None);
        }
        catch (ThreadInterruptedException)
        {
            return !watch.TryGiveUp();
        }
    }
}
