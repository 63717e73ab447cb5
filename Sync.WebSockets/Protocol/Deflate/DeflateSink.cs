using System;
using System.Buffers;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>What a DeflateStream writes to: a buffer that grows, and gives its memory back once it is empty.</summary>
internal sealed class DeflateSink : OneWayStream
{
    private const int SmallestBuffer = 1024;

    private byte[] _buffer = [];

    public override bool CanWrite => true;

    public int Count { get; private set; }

    /// <summary>The first bytes of what was written. Valid until more is written or removed.</summary>
    public ArraySegment<byte> First(int count) => new(_buffer, 0, count);

    public bool EndsWith(ReadOnlySpan<byte> bytes) => _buffer.AsSpan(0, Count).EndsWith(bytes);

    public ref byte this[int index] => ref _buffer[index];

    public override void Write(byte[] buffer, int offset, int count) => Append(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Append([value]);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - Count)
            Grow(Count + bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Count));
        Count += bytes.Length;
    }

    public void RemoveFirst(int count) => Truncate(Count - count, from: count);

    public void RemoveLast(int count) => Truncate(Count - count, from: 0);

    public void Clear() => Truncate(0, from: 0);

    private void Truncate(int count, int from)
    {
        Buffer.BlockCopy(_buffer, from, _buffer, 0, count);
        Count = count;
        if (count == 0)
            Replace([]);
    }

    private void Grow(int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(SmallestBuffer, 2 * _buffer.Length)));
        Buffer.BlockCopy(_buffer, 0, larger, 0, Count);
        Replace(larger);
    }

    private void Replace(byte[] buffer)
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = buffer;
    }
}
