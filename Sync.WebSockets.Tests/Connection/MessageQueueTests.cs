using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;

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
                queue.RemoveFirst();
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
            queue.RemoveFirst();
        }

        Numbers(queue).Should().Equal(999);
        queue.Room.Should().Be(new MessageQueue().Room);
    }

    [Test]
    public void First_ones_are_moved()
    {
        MessageQueue queue = new();
        for (int i = 0; i < 10; i++)
            queue.Add(i < 7 ? In(i) : Own(i));
        queue.InChunk.Should().Be(7);

        MessageQueue first = new();
        queue.MoveTo(first, 3);

        (first.InChunk, first.Chunk, queue.InChunk).Should().Be((3, Chunk, 4));
        Numbers(first).Should().Equal(0, 1, 2);
        queue[6].Length.Should().Be(9);
        Numbers(queue).Should().Equal(3, 4, 5, 6, 7, 8, 9);
    }

    [Test]
    public void Moved_ones_stand_behind_those_that_were_there()
    {
        Random random = new(1);
        MessageQueue from = new();
        MessageQueue to = new();
        int added = 0;
        int removed = 0;

        while (removed < 2000)
        {
            for (int n = random.Next(1, 40); n > 0; n--)
                from.Add(added % 3 == 0 ? In(added++) : Own(added++));
            long charge = from.Charge + to.Charge;
            int inChunk = from.InChunk + to.InChunk;
            from.MoveTo(to, random.Next(2) == 0 ? from.Count : random.Next(from.Count));
            (from.Charge + to.Charge, from.InChunk + to.InChunk).Should().Be((charge, inChunk));
            for (int n = Math.Min(to.Count, random.Next(60)); n > 0; n--, to.RemoveFirst())
                to.First.Length.Should().Be(removed++);
            (from.Count + to.Count).Should().Be(added - removed);
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

        from.MoveTo(to, 100);
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
            queue.RemoveFirst();
        }
        return numbers;
    }

    private static ReceivedMessage Own(int number) => new(WebSocketMessageType.Binary, new ArraySegment<byte>(Payload, 0, number), Chunk: null);

    private static ReceivedMessage In(int number) => new(WebSocketMessageType.Binary, new ArraySegment<byte>(Payload, 0, number), Chunk);
}
