using System;
using System.IO;
using FluentAssertions;

namespace Sync.WebSockets.Support;

internal static class StreamReading
{
    public static void Skip(this Stream stream, int count)
    {
        byte[] buffer = new byte[8192];
        while (count > 0)
        {
            int read = stream.Read(buffer, 0, Math.Min(buffer.Length, count));
            read.Should().BePositive();
            count -= read;
        }
    }

    /// <summary>Reads to the end.</summary>
    public static long CountBytes(this Stream stream)
    {
        byte[] buffer = new byte[8192];
        long count = 0;
        for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0; count += read)
        {
        }
        return count;
    }
}
