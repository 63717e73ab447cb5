using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class InboxTests
{
    // What every queued message is charged beside its payload.
    private const int Overhead = 64;

    private static TimeSpan Never => Timeout.InfiniteTimeSpan;

    private static TimeSpan Now => TimeSpan.Zero;

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
    public void Empty_inbox_takes_a_message_of_any_size()
    {
        Inbox inbox = new(1, MonotonicClock.System);

        Fits(inbox, Own(new byte[1_000_000])).Should().Be(1);
    }

    [TestCase(1000, 436, 2)]
    [TestCase(1001, 436, 3)]
    [TestCase(640, 0, 10)]
    [TestCase(641, 0, 11)]
    public void Inbox_is_full_at_its_limit_with_the_overhead_of_each_message_counted(int limit, int length, int fits)
    {
        Inbox inbox = new(limit, MonotonicClock.System);

        Fits(inbox, [.. Enumerable.Range(0, 20).Select(_ => Own(new byte[length]))]).Should().Be(fits);
    }

    [Test]
    public void Chunk_counts_whole_and_once_however_little_of_it_is_queued()
    {
        ReceiveChunk chunk = new(4096);
        Inbox inbox = new(chunk.Data.Length + (10 * Overhead), MonotonicClock.System);

        Fits(inbox, [.. Enumerable.Range(0, 20).Select(i => In(chunk, i, 1))]).Should().Be(10);
    }

    [Test]
    public void Chunk_counts_no_more_once_its_last_message_has_been_taken()
    {
        ReceiveChunk first = new(4096);
        ReceiveChunk second = new(4096);
        Inbox inbox = new(4096 + (3 * Overhead), MonotonicClock.System);
        Fits(inbox, In(first, 0, 1), In(first, 1, 1), In(second, 0, 1), In(second, 1, 1)).Should().Be(3);
        inbox.IsUnused(first).Should().BeFalse();
        Take(inbox);
        inbox.IsUnused(first).Should().BeFalse();
        Fits(inbox, In(second, 1, 1)).Should().Be(0);

        Take(inbox);

        inbox.IsUnused(first).Should().BeTrue();
        inbox.IsUnused(second).Should().BeFalse();
        Fits(inbox, In(second, 1, 1), In(second, 2, 1), In(second, 3, 1)).Should().Be(2);
    }

    [Test]
    public void Reader_goes_on_only_when_the_full_inbox_is_half_empty()
    {
        Inbox inbox = new(10 * Overhead, MonotonicClock.System);
        Fits(inbox, [.. Enumerable.Range(0, 20).Select(_ => Own())]).Should().Be(10);
        BackgroundRun reader = Run.InBackground(inbox.WaitForRoom);
        Wait.Until(() => reader.IsWaiting, "the reader is parked");

        for (int left = 9; left > 5; left--)
        {
            Take(inbox);
            reader.EndsWithin(TimeSpan.FromMilliseconds(20)).Should().BeFalse("{0} of 10 are left", left);
        }
        Take(inbox);

        reader.Join();
    }

    [Test]
    public void Reader_goes_on_when_the_one_large_message_that_filled_the_inbox_has_gone()
    {
        Inbox inbox = new(100, MonotonicClock.System);
        Deliver(inbox, Own(new byte[1000]));
        BackgroundRun reader = Run.InBackground(inbox.WaitForRoom);
        Wait.Until(() => reader.IsWaiting, "the reader is parked");

        Take(inbox);

        reader.Join();
    }

    [Test]
    public void Reader_does_not_wait_while_there_is_room()
    {
        Inbox inbox = new(1000, MonotonicClock.System);
        Deliver(inbox, Own());

        Run.InBackground(inbox.WaitForRoom).Join();
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
        Deliver(inbox, In(chunk, 0, 10));
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

    private static ReceivedMessage Own(params byte[] data) => new(WebSocketMessageType.Binary, new ArraySegment<byte>(data), Chunk: null);

    private static ReceivedMessage In(ReceiveChunk chunk, int offset, int count) =>
        new(WebSocketMessageType.Binary, new ArraySegment<byte>(chunk.Data, offset, count), chunk);

    private static TimeSpan In(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static void Deliver(Inbox inbox, params ReceivedMessage[] messages) => Fits(inbox, messages).Should().Be(messages.Length);

    /// <summary>How many of the messages the inbox took before it was full; those of one chunk come together, as the reader has them.</summary>
    private static int Fits(Inbox inbox, params ReceivedMessage[] messages)
    {
        int taken = 0;
        while (taken < messages.Length)
        {
            MessageQueue batch = new();
            foreach (ReceivedMessage message in messages.Skip(taken).TakeWhile(m => m.Chunk == messages[taken].Chunk))
                batch.Add(message);
            int count = batch.Count;
            bool all = inbox.TryDeliver(batch);
            all.Should().Be(batch.Count == 0);
            taken += count - batch.Count;
            if (!all)
                break;
        }
        return taken;
    }

    private static WebSocketMessage Take(Inbox inbox)
    {
        inbox.Take(Now, CancellationToken.None, out WebSocketMessage message).Should().Be(TakeResult.Taken);
        return message;
    }

    private static BackgroundRun Waiting(Inbox inbox, TakeResult expected)
    {
        BackgroundRun run = Run.InBackground(() => inbox.Take(Never, CancellationToken.None, out _).Should().Be(expected));
        Wait.Until(() => run.IsWaiting, "a receiver waits");
        return run;
    }
}
