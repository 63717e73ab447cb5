using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;
using static Sync.WebSockets.Connection.InboxBench;

namespace Sync.WebSockets.Connection;

/// <summary>What the inbox charges for, and when the reader waits for room in it.</summary>
[TestFixture]
internal sealed class InboxLimitTests
{
    // What a place in the queue is charged beside its payload.
    private const int Overhead = 128;

    [Test]
    public void Empty_inbox_takes_a_message_of_any_size()
    {
        Inbox inbox = new(1, MonotonicClock.System);

        TryDeliver(inbox, Own(new byte[1_000_000])).Should().BeTrue();
        TryDeliver(inbox, Own()).Should().BeFalse();
    }

    [TestCase(1000, 372, 2)]
    [TestCase(1001, 372, 3)]
    [TestCase(1280, 0, 10)]
    [TestCase(1281, 0, 11)]
    public void Inbox_is_full_at_its_limit_with_the_overhead_of_each_message_counted(int limit, int length, int fits)
    {
        Inbox inbox = new(limit, MonotonicClock.System);

        Fits(inbox, () => Own(new byte[length])).Should().Be(fits);
    }

    [Test]
    public void Chunk_counts_whole_and_once_however_little_of_it_is_queued()
    {
        ReceiveChunk chunk = new(4096);
        Inbox inbox = new(chunk.Data.Length + (10 * Overhead), MonotonicClock.System);

        Fits(inbox, () => In(chunk, 10, 1)).Should().Be(10);
    }

    [Test]
    public void Batch_is_taken_as_a_whole_or_not_at_all()
    {
        Inbox inbox = new(Overhead + 1, MonotonicClock.System);
        Deliver(inbox, Own());
        MessageQueue batch = Batch(Own(1), Own(2), Own(3));

        inbox.TryDeliver(batch).Should().BeTrue("the inbox is not full");
        batch.Count.Should().Be(0);
        batch = Batch(Own(4), Own(5));
        inbox.TryDeliver(batch).Should().BeFalse();
        batch.Count.Should().Be(2);

        for (int i = 0; i < 4; i++)
            Take(inbox);
        inbox.TryDeliver(batch).Should().BeTrue();
        (Take(inbox).Data[0], Take(inbox).Data[0]).Should().Be((4, 5));
    }

    [Test]
    public void Row_in_a_chunk_is_charged_until_its_last_message_is_taken()
    {
        Inbox inbox = FullOfARow();
        inbox.Load.Should().Be((10, 1.0));

        for (int left = 9; left > 0; left--)
        {
            Take(inbox).Should().Be(WebSocketMessage.FromText("x"));
            inbox.Load.Should().Be((left, 1.0));
        }
        Take(inbox);

        inbox.Load.Should().Be((0, 0.0));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Reader_goes_on_when_the_row_that_filled_the_inbox_has_gone(bool borrowed)
    {
        Inbox inbox = FullOfARow();
        BackgroundRun reader = Run.InBackground(inbox.WaitForRoom);
        Wait.Until(() => reader.IsWaiting, "the reader is parked");

        for (int left = 9; left > 0; left--)
            TakeOne();
        reader.EndsWithin(TimeSpan.FromMilliseconds(20)).Should().BeFalse("one of the row is left");
        TakeOne();

        reader.Join();

        void TakeOne()
        {
            if (!borrowed)
            {
                Take(inbox);
                return;
            }
            inbox.Borrow(Now, out ReceivedMessage message).Should().Be(TakeResult.Taken);
            inbox.Return(message);
        }
    }

    [Test]
    public void Cleared_row_frees_its_chunk()
    {
        ReceiveChunk chunk = new(1024);
        Inbox inbox = new(10_000, MonotonicClock.System);
        Deliver(inbox, In(chunk, 10, 5), In(chunk, 17, 5), In(chunk, 24, 5), Own(1));
        inbox.Borrow(Now, out ReceivedMessage borrowed);

        inbox.Clear();

        inbox.IsUnused(chunk).Should().BeFalse("a message is borrowed");
        inbox.Return(borrowed);
        inbox.Load.Should().Be((0, 0.0));
        inbox.IsUnused(chunk).Should().BeTrue();
    }

    [Test]
    public void Chunk_counts_no_more_once_its_last_message_has_been_taken()
    {
        ReceiveChunk first = new(4096);
        ReceiveChunk second = new(4096);
        // The pool may hand out more than was asked for.
        int limit = Math.Max(first.Data.Length, second.Data.Length) + (3 * Overhead);
        Inbox inbox = new(limit, MonotonicClock.System);
        Deliver(inbox, In(first, 10, 1), In(first, 20, 1));
        Deliver(inbox, In(second, 10, 1));
        inbox.IsUnused(first).Should().BeFalse();
        Take(inbox);
        inbox.IsUnused(first).Should().BeFalse();
        TryDeliver(inbox, In(second, 20, 1)).Should().BeFalse();

        Take(inbox);

        inbox.IsUnused(first).Should().BeTrue();
        inbox.IsUnused(second).Should().BeFalse();
        Fits(inbox, () => In(second, 20, 1)).Should().Be((limit - second.Data.Length - Overhead) / Overhead);
    }

    [Test]
    public void Borrowed_message_is_charged_until_it_is_returned()
    {
        ReceiveChunk chunk = new(1024);
        Inbox inbox = new(10_000, MonotonicClock.System);
        Deliver(inbox, Own(new byte[872]), In(chunk, 10, 1));

        inbox.Borrow(Now, out ReceivedMessage own).Should().Be(TakeResult.Taken);
        inbox.Borrow(Now, out ReceivedMessage inChunk).Should().Be(TakeResult.Taken);
        double fill = (1000 + chunk.Data.Length + Overhead) / 10_000.0;

        inbox.Load.Should().Be((0, fill));
        inbox.IsUnused(chunk).Should().BeFalse();
        inbox.Return(own);
        inbox.Return(inChunk);
        inbox.Load.Should().Be((0, 0.0));
        inbox.IsUnused(chunk).Should().BeTrue();
    }

    [Test]
    public void Reader_goes_on_only_when_the_full_inbox_is_half_empty()
    {
        Inbox inbox = new(10 * Overhead, MonotonicClock.System);
        Fits(inbox, () => Own()).Should().Be(10);
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

    // Ten messages, right behind each other.
    private static Inbox FullOfARow()
    {
        ReceiveChunk chunk = new(1024);
        byte[] frame = Wire.Frame(Opcode.Text, "x");
        for (int i = 0; i < 10; i++)
            frame.CopyTo(chunk.Data, i * frame.Length);
        MessageQueue batch = new();
        batch.AddRow(chunk, 0, 10 * frame.Length, 10);
        Inbox inbox = new(chunk.Data.Length + Overhead, MonotonicClock.System);
        inbox.TryDeliver(batch).Should().BeTrue();
        return inbox;
    }
}
