using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>Who is woken for a message that grows: a thread that is woken in vain, and wakes another one, costs a core.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class InboxStreamTests
{
    private const int Receivers = 3;

    private static readonly ArraySegment<byte> Some = new(new byte[100]);
    private static readonly PayloadSeen Seen = new([new byte[100]], 100);

    private readonly CountingTime _time = new();
    private readonly Inbox _inbox;

    public InboxStreamTests() => _inbox = new Inbox(10_000, new MonotonicClock(_time));

    [Test]
    public void Message_that_grows_wakes_nobody_who_waits_for_whole_ones()
    {
        BackgroundRun[] receivers = StartReceivers();
        long before = _time.Reads;

        for (int i = 0; i < 200; i++)
            _inbox.Publish(WebSocketMessageType.Binary, Seen, out _).Should().BeFalse();

        (_time.Reads - before).Should().Be(0);
        Free(receivers);
    }

    [Test]
    public void Message_that_was_too_big_and_is_skipped_wakes_nobody_either()
    {
        _inbox.Publish(WebSocketMessageType.Binary, Seen, out _);
        BackgroundRun reader = Run.InBackground(() => _inbox.WaitForTaker().Should().BeTrue());
        Wait.Until(() => reader.IsWaiting, "the reader waits for somebody to decide");
        _inbox.Open(TimeSpan.FromSeconds(10), CancellationToken.None, out StreamedMessage? message);
        reader.Join();
        _inbox.Skip(message!);
        BackgroundRun[] receivers = StartReceivers();
        long before = _time.Reads;

        for (int i = 0; i < 200; i++)
            _inbox.TryDeliver(Some).Should().BeTrue("what is skipped takes no room");

        (_time.Reads - before).Should().Be(0);
        _inbox.TryComplete(new ReceivedMessage(WebSocketMessageType.Binary, Some, Chunk: null)).Should().BeTrue();
        Free(receivers);
    }

    private BackgroundRun[] StartReceivers()
    {
        BackgroundRun[] receivers = new BackgroundRun[Receivers];
        for (int i = 0; i < Receivers; i++)
        {
            BackgroundRun receiver = receivers[i] = Run.InBackground(() =>
                _inbox.Take(TimeSpan.FromSeconds(60), CancellationToken.None, out _).Should().Be(TakeResult.Taken));
            Wait.Until(() => receiver.IsWaiting, "it waits for a message");
        }
        return receivers;
    }

    private void Free(BackgroundRun[] receivers)
    {
        MessageQueue batch = new();
        foreach (BackgroundRun _ in receivers)
            batch.Add(new ReceivedMessage(WebSocketMessageType.Binary, Some, Chunk: null));
        _inbox.TryDeliver(batch).Should().BeTrue();
        foreach (BackgroundRun receiver in receivers)
            receiver.Join();
    }

    /// <summary>Each turn of a thread that waits looks at the time.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private long _reads;

        public long Reads => Interlocked.Read(ref _reads);

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _reads);
            return base.GetTimestamp();
        }
    }
}
