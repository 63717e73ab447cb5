using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class MessageQueueTests
{
    private static readonly ReceiveChunk Chunk = new(1024);

    // A number is a length here.
    private static readonly byte[] Payload = new byte[10_000];

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(1000)]
    public void Messages_come_out_in_the_order_in_which_they_were_added(int count)
    {
        MessageQueue queue = new();

        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < count; i++)
                queue.Add(Own(i));
            queue.Charge.Should().Be(Enumerable.Range(0, count).Sum(i => Own(i).Charge));

            Numbers(queue).Should().Equal(Enumerable.Range(0, count));

            queue.Count.Should().Be(0);
            queue.Charge.Should().Be(0);
        }
    }

    [Test]
    public void Messages_are_added_while_others_are_removed()
    {
        MessageQueue queue = new();
        int added = 0;
        int removed = 0;
        Random random = new(1);

        while (removed < 2000)
        {
            for (int n = random.Next(10); n > 0; n--)
                queue.Add(Own(added++));
            for (int n = Math.Min(queue.Count, random.Next(12)); n > 0; n--)
            {
                queue.First.Length.Should().Be(removed++);
                queue.RemoveFirst(queue.First);
            }
            queue.Count.Should().Be(added - removed);
        }
    }

    [Test]
    public void One_that_is_never_quite_empty_does_not_grow()
    {
        MessageQueue queue = new();
        queue.Add(Own(0));

        for (int i = 1; i < 1000; i++)
        {
            queue.Add(Own(i));
            queue.RemoveFirst(queue.First);
        }

        Numbers(queue).Should().Equal(999);
        queue.Room.Should().Be(new MessageQueue().Room);
    }

    [Test]
    public void Row_in_a_chunk_takes_one_place_and_is_charged_for_once()
    {
        MessageQueue queue = new();
        Row row = new(seed: 1, count: 500);

        foreach (ReceivedMessage message in row.Messages)
            queue.Add(message);

        (queue.Count, queue.Places, queue.Rows, queue.Chunk).Should().Be((500, 1, 1, row.Chunk));
        queue.Charge.Should().Be(row.Messages[0].Charge);
        foreach (ReceivedMessage message in row.Messages)
        {
            queue.First.Should().Be(message);
            queue.RemoveFirst(queue.First).Should().Be(message == row.Messages[row.Messages.Count - 1]);
        }
        (queue.Count, queue.Charge, queue.Rows).Should().Be((0, 0L, 0));
    }

    [Test]
    public void Row_can_be_added_as_a_whole()
    {
        MessageQueue queue = new();
        Row row = new(seed: 4, count: 10);

        queue.AddRow(row.Chunk, 0, row.Messages[3].End, 4);
        queue.AddRow(row.Chunk, row.Messages[4].Start, row.Messages[7].End, 4);
        queue.AddRow(row.Chunk, row.Messages[9].Start, row.Messages[9].End, 1);

        (queue.Count, queue.Places, queue.Rows, queue.FirstRow).Should().Be((9, 2, 2, 8));
        foreach (ReceivedMessage message in row.Messages.Where((_, i) => i != 8))
        {
            queue.First.Should().Be(message);
            queue.RemoveFirst(queue.First);
        }
        (queue.Places, queue.FirstRow).Should().Be((0, 0));
        queue.Add(Own(1));
        queue.FirstRow.Should().Be(0);
    }

    [Test]
    public void What_stands_between_two_messages_breaks_the_row()
    {
        MessageQueue queue = new();
        Row row = new(seed: 2, count: 10);

        foreach (int index in new[] { 0, 1, 3, 4, 8 })
            queue.Add(row.Messages[index]);
        queue.Add(Own(7));
        queue.Add(row.Messages[9]);

        (queue.Count, queue.Places).Should().Be((7, 5));
        foreach (ReceivedMessage message in new[] { 0, 1, 3, 4, 8 }.Select(i => row.Messages[i]))
        {
            queue.First.Should().Be(message);
            queue.RemoveFirst(queue.First);
        }
        Numbers(queue).Should().Equal(7, row.Messages[9].Length);
    }

    [Test]
    public void Chunks_do_not_share_a_row()
    {
        MessageQueue queue = new();
        ReceiveChunk other = new(1024);
        ReceivedMessage first = In(10);
        queue.Add(first);

        queue.Add(new ReceivedMessage(WebSocketMessageType.Binary, new ArraySegment<byte>(other.Data, first.End + 2, 1), other));

        queue.Places.Should().Be(2);
    }

    [Test]
    public void Moved_ones_stand_behind_those_that_were_there()
    {
        Random random = new(1);
        Row row = new(seed: 3, count: 2100);
        MessageQueue from = new();
        MessageQueue to = new();
        int added = 0;
        int removed = 0;

        while (removed < 2000)
        {
            for (int n = random.Next(1, 40); n > 0 && added < row.Messages.Count; n--)
                from.Add(row.Messages[added++]);
            long charge = from.Charge + to.Charge;
            int rows = from.Rows + to.Rows;
            from.MoveTo(to);
            (from.Count, from.Charge, from.Rows, from.Chunk).Should().Be((0, 0L, 0, null));
            (to.Charge, to.Rows).Should().Be((charge, rows));
            for (int n = Math.Min(to.Count, random.Next(60)); n > 0; n--, to.RemoveFirst(to.First))
                to.First.Should().Be(row.Messages[removed++]);
            to.Count.Should().Be(added - removed);
        }
    }

    [Test]
    public void Memory_is_given_back_when_all_are_moved_or_removed()
    {
        int least = new MessageQueue().Room;
        MessageQueue from = new();
        MessageQueue to = new();
        for (int i = 0; i < 100; i++)
            from.Add(Own(i));
        from.Room.Should().BeInRange(100, 400);

        from.MoveTo(to);
        from.Room.Should().Be(least);
        to.Room.Should().BeInRange(100, 400);

        to.Clear();
        to.Room.Should().Be(least);
    }

    private static List<int> Numbers(MessageQueue queue)
    {
        List<int> numbers = [];
        while (queue.Count > 0)
        {
            numbers.Add(queue.First.Length);
            queue.RemoveFirst(queue.First);
        }
        return numbers;
    }

    private static ReceivedMessage Own(int number) => new(WebSocketMessageType.Binary, new ArraySegment<byte>(Payload, 0, number), Chunk: null);

    private static ReceivedMessage In(int offset) => new(WebSocketMessageType.Binary, new ArraySegment<byte>(Chunk.Data, offset, 1), Chunk);

    /// <summary>A chunk with messages one right behind the other, as the reader finds them.</summary>
    private sealed class Row
    {
        public Row(int seed, int count)
        {
            Random random = new(seed);
            Chunk = new ReceiveChunk(count * 300);
            int end = 0;
            for (int i = 0; i < count; i++)
            {
                // Lengths on both sides of 126, where the header grows.
                byte[] payload = new byte[random.Next(2) == 0 ? random.Next(10) : random.Next(120, 290)];
                random.NextBytes(payload);
                bool isText = random.Next(2) == 0;
                byte[] frame = Wire.Frame(isText ? Opcode.Text : Opcode.Binary, payload);
                frame.CopyTo(Chunk.Data, end);
                end += frame.Length;
                Messages.Add(new ReceivedMessage(
                    isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary,
                    new ArraySegment<byte>(Chunk.Data, end - payload.Length, payload.Length),
                    Chunk));
            }
        }

        public ReceiveChunk Chunk { get; }

        public List<ReceivedMessage> Messages { get; } = [];
    }
}
