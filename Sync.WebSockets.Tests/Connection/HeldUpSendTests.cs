using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>A message whose time is up while it is being written: by whom it is held up decides.</summary>
[TestFixture]
internal sealed class HeldUpSendTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private BeatBench _bench = null!;
    private ManualResetEventSlim _goOn = null!;

    [SetUp]
    public void Open()
    {
        _goOn = new ManualResetEventSlim();
        _bench = new BeatBench(new WebSocketClientOptions { SendTimeout = Bound, PingInterval = Timeout.InfiniteTimeSpan });
    }

    [TearDown]
    public void Dispose()
    {
        _goOn.Set();
        _bench.Dispose();
        _goOn.Dispose();
    }

    [TestCase(0)]
    [TestCase(5_000)]
    public void Message_that_is_late_while_there_is_room_gets_more_time(int lateMilliseconds)
    {
        BackgroundRun sending = Send();
        _bench.Advance(Bound + TimeSpan.FromMilliseconds(lateMilliseconds));

        _bench.Step().Should().BePositive().And.BeLessThan(Grace);
        _bench.Advance(Grace - TimeSpan.FromMilliseconds(1));
        _bench.Step();

        _bench.Life.Ending.Should().BeNull();
        _goOn.Set();
        sending.Join();
        _bench.Sender.Bound.Should().Be(long.MaxValue);
    }

    [Test]
    public void Each_message_gets_more_time_anew()
    {
        for (int i = 0; i < 3; i++)
        {
            BackgroundRun sending = Send();
            _bench.Advance(Bound);
            _bench.Step();
            _bench.Advance(Grace - TimeSpan.FromMilliseconds(1));
            _bench.Step();
            _goOn.Set();
            sending.Join();
            _goOn.Reset();
        }

        _bench.Life.Ending.Should().BeNull();
    }

    [Test]
    public void Message_that_finds_no_room_any_more_is_over_then()
    {
        Send();
        _bench.Advance(Bound);
        _bench.Step();
        _bench.Life.Ending.Should().BeNull();
        _bench.Gate.Sockets.Fill();
        _bench.Advance(TimeSpan.FromMilliseconds(10));

        _bench.Step();

        _bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
    }

    [Test]
    public void But_only_so_much_more()
    {
        Send();
        _bench.Advance(Bound);
        TimeSpan begin = _bench.Now;

        _bench.RunUntilEnd(most: Bound);

        _bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
        (_bench.Now - begin).Should().BeGreaterThanOrEqualTo(Grace).And.BeLessThan(Grace + TimeSpan.FromMilliseconds(50));
    }

    [Test]
    public void Message_that_finds_no_room_is_over_at_once()
    {
        Send();
        _bench.Gate.Sockets.Fill();
        _bench.Advance(Bound);

        _bench.Step();

        _bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
    }

    [Test]
    public void Message_that_the_program_writes_too_slowly_is_over_at_once()
    {
        _bench.Sender.Begin(Opcode.Binary, Bound, compress: false);
        _bench.Sender.Write([1], last: false);
        _bench.Advance(Bound);

        _bench.Step();

        _bench.Life.Ending!.Cause.Should().Be(WebSocketCloseCause.SendTimeout);
        _bench.Sender.End().Should().BeFalse();
    }

    // Returns while the write is under way.
    private BackgroundRun Send()
    {
        using ManualResetEventSlim writing = new();
        _bench.Gate.Wire.AtNextWrite(() =>
        {
            writing.Set();
            _goOn.Wait(TimeSpan.FromSeconds(30));
        });
        BackgroundRun sending = Run.InBackground(() => _bench.Sender.Send([1], Opcode.Binary));
        writing.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        return sending;
    }
}
