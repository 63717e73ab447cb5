using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Frames;

internal sealed class MaskTests
{
    private const uint Key = 0xD4C3B2A1;
    private static readonly byte[] KeyOctets = [0xA1, 0xB2, 0xC3, 0xD4];
    private static readonly byte[] Source = Wire.Pattern(320);

    [Test]
    public void Every_length_and_offset_is_masked_like_octet_by_octet([Values(0, 1, 2, 3, 4, 7, 65537)] int offset)
    {
        for (int length = 0; length <= 300; length++)
        {
            ReadOnlySpan<byte> source = Source.AsSpan(0, length);
            MaskedBetweenGuards(source, offset, 0).SequenceEqual(Naive(source, offset)).Should().BeTrue("length {0}", length);
        }
    }

    [Test]
    public void Spans_may_lie_anywhere_in_memory([Range(0, 9)] int sourceShift, [Range(0, 9)] int destinationShift)
    {
        ReadOnlySpan<byte> source = Source.AsSpan(sourceShift, 199);

        MaskedBetweenGuards(source, 1, destinationShift).Should().Equal(Naive(source, 1));
    }

    [Test]
    public void Pieces_masked_one_after_the_other_give_the_whole([Range(0, 70)] int cut)
    {
        byte[] masked = new byte[Source.Length];

        Mask.Copy(Source.AsSpan(0, cut), masked, Key, 0);
        Mask.Copy(Source.AsSpan(cut), masked.AsSpan(cut), Key, cut);

        masked.Should().Equal(Naive(Source, 0));
    }

    [Test]
    public void Memory_can_be_masked_in_place()
    {
        byte[] memory = Source.ToArray();

        Mask.Copy(memory, memory, Key, 3);

        memory.Should().Equal(Naive(Source, 3));
    }

    [Test]
    public void Too_small_a_destination_is_an_error_before_anything_is_written()
    {
        byte[] destination = new byte[99];

        Action copy = () => Mask.Copy(Source.AsSpan(0, 100), destination, Key, 0);

        copy.Should().Throw<ArgumentOutOfRangeException>();
        destination.Should().OnlyContain(b => b == 0);
    }

    private static byte[] MaskedBetweenGuards(ReadOnlySpan<byte> source, int offset, int shift)
    {
        const byte guard = 0xEE;
        byte[] memory = Wire.Repeat(shift + source.Length + 40, [guard]);
        Mask.Copy(source, memory.AsSpan(shift), Key, offset);
        memory.Take(shift).Concat(memory.Skip(shift + source.Length)).All(b => b == guard).Should().BeTrue("nothing else is written");
        return memory.AsSpan(shift, source.Length).ToArray();
    }

    private static byte[] Naive(ReadOnlySpan<byte> source, int offset)
    {
        byte[] masked = source.ToArray();
        for (int i = 0; i < masked.Length; i++)
            masked[i] ^= KeyOctets[(offset + i) % 4];
        return masked;
    }
}
