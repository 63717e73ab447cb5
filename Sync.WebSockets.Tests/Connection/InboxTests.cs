using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;
using static Sync.WebSockets.Connection.InboxBench;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class InboxTests
{
    [Test]
    public void Messages_come_out_in_order_with_type_and_content()
    {
        Inbox inbox = new(10_000, MonotonicClock.System);
        Deliver(inbox, Own(1, 2), new ReceivedMessage(WebSocketMessageType.Text, new ArraySegment<byte>([65, 66]), Chunk: null), Own());

        Take(inbox).Should().Be(WebSocketMessage.FromBinary([1, 2]));
        Take(inbox).Should().Be(WebSocketMessage.FromText("AB"));
        Take(inbox).Should().Be(WebSocketMessage.FromBinary([]));
        inbox.Take(Now, CancellationToken.None, out _).Should().Be(TakeResult.TimedOut);
    }

    [Test]
    public void Message_in_a_chunk_is_copied_out_to_its_exact_size()
    {
        Inbox inbox = new(100_000, MonotonicClock.System);
        ReceiveChunk chunk = new(4096);
        chunk.Data[10] = 7;
        chunk.Data[11] = 8;
        Deliver(inbox, In(chunk, 10, 2));

        byte[] data = Take(inbox).Data;
        chunk.Data[10] = 99;

        data.Should().Equal(7, 8);
    }

    [Test]
    public void Close_frees_the_reader_and_every_receiver()
    {
        Inbox full = new(1, MonotonicClock.System);
        Deliver(full, Own());
        BackgroundRun reader = Run.InBackground(full.WaitForRoom);
        Inbox empty = new(1, MonotonicClock.System);
        BackgroundRun[] receivers = [Waiting(empty, TakeResult.Closed), Waiting(empty, TakeResult.Closed), Waiting(empty, TakeResult.Closed)];
        Wait.Until(() => reader.IsWaiting, "the reader is parked");

        full.Close();
        empty.Close();

        reader.Join();
        Array.ForEach(receivers, r => r.Join());
    }

    [Test]
    public void What_was_queued_before_the_close_can_still_be_taken()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        Deliver(inbox, Own(1), Own(2));
        inbox.Close();

        Take(inbox).Data.Should().Equal(1);
        Take(inbox).Data.Should().Equal(2);
        inbox.Take(Never, CancellationToken.None, out _).Should().Be(TakeResult.Closed);
        inbox.Take(Never, [], out _, out _).Should().Be(TakeResult.Closed);
    }

    [Test]
    public void What_comes_after_the_close_is_dropped_and_parks_nobody()
    {
        Inbox inbox = new(1, MonotonicClock.System);
        Deliver(inbox, Own(1));
        inbox.Close();

        Deliver(inbox, Own(2), Own(3));
        Run.InBackground(inbox.WaitForRoom).Join();

        Take(inbox).Data.Should().Equal(1);
        inbox.Take(Never, CancellationToken.None, out _).Should().Be(TakeResult.Closed);
    }

    [Test]
    public void Clear_drops_everything_and_lets_the_reader_go_on()
    {
        ReceiveChunk chunk = new(4096);
        Inbox inbox = new(1, MonotonicClock.System);
        Deliver(inbox, In(chunk, 10, 10));
        BackgroundRun reader = Run.InBackground(inbox.WaitForRoom);
        Wait.Until(() => reader.IsWaiting, "the reader is parked");

        inbox.Clear();

        reader.Join();
        inbox.IsUnused(chunk).Should().BeTrue();
        inbox.Take(Now, CancellationToken.None, out _).Should().Be(TakeResult.TimedOut);
    }

    [Test]
    public void Too_small_a_buffer_keeps_the_message_and_tells_its_size()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        Deliver(inbox, Own(1, 2, 3));

        inbox.Take(Now, new byte[2], out WebSocketMessageType type, out int count).Should().Be(TakeResult.Taken);
        (type, count).Should().Be((WebSocketMessageType.Binary, 3));
        byte[] buffer = new byte[4];
        inbox.Take(Now, buffer, out _, out count).Should().Be(TakeResult.Taken);

        count.Should().Be(3);
        buffer.Should().Equal(1, 2, 3, 0);
        inbox.Take(Now, buffer, out _, out _).Should().Be(TakeResult.TimedOut);
    }

    [Test]
    public void Receiver_with_too_small_a_buffer_wakes_the_next_one_for_the_message_that_it_leaves()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        int size = 0;
        BackgroundRun small = Run.InBackground(() => inbox.Take(Never, [], out _, out size));
        Wait.Until(() => small.IsWaiting, "the first receiver waits");
        BackgroundRun other = Waiting(inbox, TakeResult.Taken);

        Deliver(inbox, Own(1, 2, 3));

        other.Join();
        if (small.IsRunning)
            inbox.Close();
        small.Join();
        size.Should().BeOneOf(0, 3);
    }

    [Test]
    public void Receiver_gives_up_when_its_time_is_up_and_the_next_message_is_not_lost()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        Elapsed.Of(() => inbox.Take(In(80), CancellationToken.None, out _).Should().Be(TakeResult.TimedOut)).TotalMilliseconds.Should().BeInRange(70, 5000);

        Deliver(inbox, Own(1));

        Take(inbox).Data.Should().Equal(1);
    }

    [Test]
    public void Receiver_that_is_cancelled_loses_no_message()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        using CancellationTokenSource source = new();
        BackgroundRun receiver = Run.InBackground(() => inbox.Take(Never, source.Token, out _));
        Wait.Until(() => receiver.IsWaiting, "the receiver waits");

        source.Cancel();
        receiver.Invoking(r => r.Join()).Should().Throw<OperationCanceledException>();
        Deliver(inbox, Own(1));

        inbox.Invoking(i => i.Take(Never, source.Token, out _)).Should().Throw<OperationCanceledException>("a token is looked at first");
        Take(inbox).Data.Should().Equal(1);
    }

    [Test]
    public void What_is_thrown_may_be_looked_at_with_a_filter_that_asks_the_inbox()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        using CancellationTokenSource source = new();
        (int Messages, double Fill)? load = null;
        BackgroundRun receiver = Run.InBackground(() =>
        {
            try
            {
                inbox.Take(Never, source.Token, out _);
            }
            catch (OperationCanceledException) when (Look())
            {
            }
        });
        Wait.Until(() => receiver.IsWaiting, "the receiver waits");

        source.Cancel();

        receiver.Join();
        load.Should().Be((0, 0.0));
        Deliver(inbox, Own(1));
        Take(inbox).Data.Should().Equal(1);

        // Filters run before what is thrown has left the lock.
        bool Look()
        {
            load = inbox.Load;
            return true;
        }
    }

    [Test]
    public void Receiver_that_is_interrupted_strands_nobody()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        BackgroundRun interrupted = Run.InBackground(() => inbox.Take(Never, CancellationToken.None, out _));
        Wait.Until(() => interrupted.IsWaiting, "the first receiver waits");
        BackgroundRun other = Waiting(inbox, TakeResult.Taken);

        interrupted.Interrupt();
        interrupted.Invoking(r => r.Join()).Should().Throw<ThreadInterruptedException>();
        Deliver(inbox, Own(1));

        other.Join();
    }

    [Test]
    public void One_delivery_of_many_messages_serves_every_receiver_that_waits()
    {
        Inbox inbox = new(100_000, MonotonicClock.System);
        BackgroundRun[] receivers = [.. Enumerable.Range(0, 8).Select(_ => Waiting(inbox, TakeResult.Taken))];

        Deliver(inbox, [.. Enumerable.Range(0, 8).Select(_ => Own(1))]);

        Array.ForEach(receivers, r => r.Join());
    }

    private static BackgroundRun Waiting(Inbox inbox, TakeResult expected)
    {
        BackgroundRun run = Run.InBackground(() => inbox.Take(Never, CancellationToken.None, out _).Should().Be(expected));
        Wait.Until(() => run.IsWaiting, "a receiver waits");
        return run;
    }
}
