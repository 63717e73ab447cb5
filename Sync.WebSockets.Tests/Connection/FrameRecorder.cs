using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>Stands in for the stream of a connection: keeps what is written, and lets the test step into a write.</summary>
internal sealed class FrameRecorder : TwoWayStream
{
    private readonly object _sync = new();
    private readonly MemoryStream _written = new();
    private readonly Queue<Action> _atNextWrites = new();

    public int Disposals { get; private set; }

    public int Writes { get; private set; }

    public bool WasWrittenAfterDispose { get; private set; }

    /// <summary>All frames so far; every byte belongs to one.</summary>
    public List<ServerFrame> Frames
    {
        get
        {
            byte[] bytes;
            lock (_sync)
                bytes = _written.ToArray();
            FrameReader reader = new(new MemoryStream(bytes));
            List<ServerFrame> frames = [];
            while (reader.ReadFrame() is { } frame)
                frames.Add(frame);
            return frames;
        }
    }

    public int[] Opcodes => [.. Frames.Select(f => f.Opcode)];

    /// <summary>Has the next write not planned yet run this before its bytes are taken; what it throws fails the write.</summary>
    public void AtNextWrite(Action action)
    {
        lock (_sync)
            _atNextWrites.Enqueue(action);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Writes++;
        Action? action;
        lock (_sync)
            action = _atNextWrites.Count > 0 ? _atNextWrites.Dequeue() : null;
        action?.Invoke();
        lock (_sync)
        {
            WasWrittenAfterDispose |= Disposals > 0;
            _written.Write(buffer, offset, count);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        lock (_sync)
            Disposals++;
        base.Dispose(disposing);
    }
}
