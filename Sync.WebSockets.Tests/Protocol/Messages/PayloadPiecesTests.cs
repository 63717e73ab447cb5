using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Messages;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PayloadPiecesTests
{
    private readonly PayloadPieces _pieces = new(ArrayPool<byte>.Shared);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(5000)]
    public void What_is_written_comes_out_whole(int length)
    {
        byte[] payload = Write(length);

        _pieces.Length.Should().Be(length);
        _pieces.ToArray().Should().Equal(payload);
        _pieces.TakeAll().Should().Equal(payload);
        _pieces.Length.Should().Be(0);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64)]
    [TestCase(100)]
    [TestCase(1000)]
    public void What_lies_behind_its_beginning_is_copied(int start)
    {
        byte[] payload = Write(1000);

        PayloadPieces rest = _pieces.Behind(start);

        rest.ToArray().Should().Equal(payload.Skip(start));
        _pieces.Seen.From(start).SelectMany(piece => piece).Should().Equal(payload.Skip(start));
        _pieces.ToArray().Should().Equal(payload);
        rest.Seen.From(0).Select(piece => piece.Array).Should().NotIntersectWith(_pieces.Seen.From(0).Select(piece => piece.Array));
    }

    [TestCase(1, 16)]
    [TestCase(16, 16)]
    [TestCase(17, 32)]
    [TestCase(64, 64)]
    [TestCase(65, 128)]
    public void Array_of_the_next_size_is_given_back(int size, int length)
    {
        foreach (int factor in (int[])[1, 2])
        {
            LavishPool pool = new(factor);

            PayloadPieces.Rent(pool, size).Should().HaveCount(length);

            pool.Returned.Select(array => array.Length).Should().Equal(factor == 1 ? [] : [2 * length]);
        }
    }

    [Test]
    public void What_was_seen_stays_as_it_was_while_more_is_written()
    {
        byte[] payload = Write(100);
        PayloadSeen seen = _pieces.Seen;

        Write(10_000);

        seen.Length.Should().Be(100);
        byte[] copy = new byte[100];
        seen.CopyTo(copy);
        copy.Should().Equal(payload);
        seen.From(0).SelectMany(piece => piece).Should().Equal(payload);
    }

    [Test]
    public void It_keeps_no_more_than_twice_what_there_is()
    {
        for (int written = 0; written < 100_000; written += 64)
        {
            Write(64);
            _pieces.Capacity.Should().BeLessThanOrEqualTo(2 * (written + 64));
        }
    }

    [Test]
    public void Array_that_is_nearly_full_is_given_away_and_another_is_copied()
    {
        _pieces.Grow(64);
        byte[] array = _pieces.Room(64).Array!;
        _pieces.Commit(32);
        _pieces.TakeAll().Array.Should().NotBeSameAs(array).And.HaveCount(32);
        _pieces.Room(64).Array.Should().BeSameAs(array, "it was copied, so there is room in it");

        _pieces.Commit(33);

        _pieces.TakeAll().Array.Should().BeSameAs(array);
        _pieces.Capacity.Should().Be(0);
        _pieces.IsFull.Should().BeTrue();
    }

    [Test]
    public void Room_is_left_when_all_was_taken_out_of_several_pieces()
    {
        Write(1000);
        byte[] first = _pieces.Seen.From(0).First().Array!;

        _pieces.TakeAll().Count.Should().Be(1000);

        _pieces.Capacity.Should().Be(first.Length);
        _pieces.Room(1).Array.Should().BeSameAs(first);
    }

    [Test]
    public void Freed_pieces_are_empty()
    {
        Write(1000);

        _pieces.Free();

        _pieces.Length.Should().Be(0);
        _pieces.Capacity.Should().Be(0);
        _pieces.ToArray().Should().BeEmpty();
        Write(10);
        _pieces.Length.Should().Be(10);
    }

    private byte[] Write(int length)
    {
        byte[] payload = Wire.Pattern(length);
        for (int done = 0; done < length;)
        {
            if (_pieces.IsFull)
                _pieces.Grow(Math.Max(64, _pieces.Length));
            ArraySegment<byte> room = _pieces.Room(length - done);
            payload.AsSpan(done, room.Count).CopyTo(room);
            _pieces.Commit(room.Count).SequenceEqual(payload.AsSpan(done, room.Count)).Should().BeTrue();
            done += room.Count;
        }
        return payload;
    }

    /// <summary>Has arrays of powers of two, and hands out one that is so many times as long as the right one.</summary>
    private sealed class LavishPool(int factor) : ArrayPool<byte>
    {
        public List<byte[]> Returned { get; } = [];

        public override byte[] Rent(int minimumLength)
        {
            int length = 16;
            while (length < minimumLength)
                length *= 2;
            return new byte[factor * length];
        }

        public override void Return(byte[] array, bool clearArray = false) => Returned.Add(array);
    }
}
