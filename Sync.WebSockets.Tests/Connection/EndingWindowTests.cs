using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>The time from the first cause to the last part that is told of it: whoever comes in there is freed, and knows the cause.</summary>
[TestFixture]
internal sealed class EndingWindowTests
{
    private static readonly Ending Local = new(WebSocketCloseCause.LocalClose, "local");

    private readonly List<BackgroundRun> _callers = [];
    private Inbox _inbox = null!;
    private PingLedger _pings = null!;
    private GateBench _bench = null!;
    private MessageSender _sender = null!;
    private ConnectionLife _life = null!;

    [SetUp]
    public void Open()
    {
        _callers.Clear();
        _inbox = new Inbox(1000, MonotonicClock.System);
        _pings = new PingLedger(1);
        _bench = new GateBench();
    }

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [TestCase("gate", "sender", "pings", "inbox")]
    [TestCase("inbox", "pings", "sender", "gate")]
    public void Caller_that_comes_between_the_cause_and_the_part_that_it_waits_at_is_freed(params string[] order)
    {
        using ManualResetEventSlim writing = new();
        using ManualResetEventSlim stuck = new();
        LifeRecorder events = new()
        {
            AtEnding = () =>
            {
                foreach (string part in order)
                {
                    Enter();
                    Tell(part);
                }
                Enter();
                return string.Empty;
            },
        };
        CountingStream wire = new(new NetworkStream(_bench.Sockets.Client), _bench.Clock);
        _life = new ConnectionLife(new Link(new SocketChannel(_bench.Sockets.Client), wire, wire), _bench.Clock, events);
        _sender = new MessageSender(_bench.Gate, _bench.Link, _bench.Clock, new WebSocketClientOptions(), _ => { }, _ => { });
        // Gate and turn are held all the time, so whoever sends has to wait.
        _bench.Wire.AtNextWrite(() =>
        {
            writing.Set();
            stuck.Wait(TimeSpan.FromSeconds(30)).Should().BeTrue();
        });
        BackgroundRun holder = Run.InBackground(() => _sender.Send([1], Opcode.Binary).Should().Be(TakeResult.Taken));
        writing.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();

        _life.TryEnd(Local).Should().BeTrue();

        _callers.ForEach(caller => caller.Join());
        stuck.Set();
        holder.Join();
        _callers.Should().HaveCount(4 * 5);
        _bench.Wire.Opcodes.Should().Equal(Op.Binary);
    }

    // One of each kind, and each has come to its wait, or through, before the next part is told.
    private void Enter()
    {
        BackgroundRun[] callers =
        [
            Caller(() => _inbox.Take(Timeout.InfiniteTimeSpan, CancellationToken.None, out _)),
            Caller(() => _sender.Send([2], Opcode.Binary)),
            Caller(() => Post(_pings.NewUserPing(_bench.Clock.Now)).WaitUntilAnswered(_bench.Never)),
            Caller(() => Post(new ControlRequest(Opcode.Pong, [], pingId: 0, _bench.Clock.Now)).WaitUntilWritten(_bench.Never)),
        ];
        Wait.Until(() => callers.All(caller => caller.IsWaiting || !caller.IsRunning), "all wait or are through");
        _callers.AddRange(callers);
    }

    private BackgroundRun Caller(Func<TakeResult> call) => Run.InBackground(() =>
    {
        call().Should().Be(TakeResult.Closed);
        _life.ToException().Cause.Should().Be(WebSocketCloseCause.LocalClose);
    });

    private ControlRequest Post(ControlRequest request)
    {
        _bench.Post(request);
        _bench.Gate.TryFlush();
        return request;
    }

    private void Tell(string part)
    {
        if (part == "gate")
            _bench.Gate.CloseForAllButClose();
        else if (part == "sender")
            _sender.Close();
        else if (part == "pings")
            _pings.End();
        else
            _inbox.Close();
    }
}
