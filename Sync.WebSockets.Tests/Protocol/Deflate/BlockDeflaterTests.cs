using System;
using System.IO.Compression;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Deflate;

internal sealed class BlockDeflaterTests
{
    // What it cannot do right it leaves uncompressed, so that what arrives says little: its size does.
    [Test]
    public void One_piece_after_the_other_is_compressed_and_stands_for_itself()
    {
        using BlockDeflater deflater = new(CompressionLevel.Optimal);
        for (int i = 0; i < 50; i++)
        {
            byte[] piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"piece {i},", 100 + (i * 7))));

            byte[] compressed = Deflate(deflater, piece);

            compressed.Length.Should().BeLessThan(piece.Length / 5);
            new PlainInflate().Message(compressed).Should().Equal(piece);
        }
    }

    [Test]
    public void Piece_that_cannot_be_compressed_arrives_and_the_next_one_is_compressed_again()
    {
        using BlockDeflater deflater = new(CompressionLevel.Optimal);
        byte[] noise = Traffic.Bytes(BlockDeflater.LongestPiece, seed: 1);
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("text", 1000)));

        byte[] ofNoise = Deflate(deflater, noise);
        byte[] ofText = Deflate(deflater, text);

        new PlainInflate().Message(ofNoise).Should().Equal(noise);
        ofNoise.Length.Should().BeLessThan(noise.Length + 100);
        new PlainInflate().Message(ofText).Should().Equal(text);
        ofText.Length.Should().BeLessThan(200);
    }

    // Without the tail that it ends in, as a message is sent.
    private static byte[] Deflate(BlockDeflater deflater, byte[] piece)
    {
        DeflateSink sink = new();
        deflater.Deflate(piece, sink);
        sink.EndsWith(MessageDeflater.Tail).Should().BeTrue();
        return sink.First(sink.Count - MessageDeflater.Tail.Length).AsSpan().ToArray();
    }
}
