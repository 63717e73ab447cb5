using System;
using System.Buffers;
using System.Collections.Generic;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

// A batch is many messages in one turn. Short ones are encoded behind each other and written together; a long one is written on its own, after
// those before it. Whatever is written ends with a whole message, so a batch that is broken off leaves nothing half.
//
// Turn holder: everything here. Frames are masked before the gate is entered.
internal sealed partial class MessageSender
{
    // From here on putting messages together saves less than copying them costs.
    private const int LongestInBatch = 16 * 1024;
    private const int BatchSize = 64 * 1024;

    private readonly List<int> _batched = [];   // The payload lengths of the frames in the batch, for who wants to be told.
    private byte[] _batch = [];
    private int _batchLength;

    /// <summary>
    /// Blocks until TCP has taken all the messages, for SendTimeout at most in total. TimedOut: not a byte of them was sent. What
    /// <paramref name="payloadAt"/> returns is used before it is called again; what it throws comes out of here.
    /// </summary>
    public TakeResult SendBatch(int count, PayloadAt payloadAt, Opcode opcode)
    {
        TakeResult result = Begin(opcode, options.SendTimeout, compress: true);
        if (result != TakeResult.Taken)
            return result;
        bool inTime;
        bool isWhole = false;
        try
        {
            _batch = ArrayPool<byte>.Shared.Rent(BatchSize);
            for (int i = 0; i < count && result == TakeResult.Taken; i++)
                result = Add(payloadAt(i));
            if (result == TakeResult.Taken)
                result = FlushBatch();
            isWhole = result == TakeResult.Taken;
        }
        finally
        {
            _isWhole = isWhole;
            if (_batch.Length > 0)
                ArrayPool<byte>.Shared.Return(_batch);
            _batch = [];
            _batchLength = 0;
            _batched.Clear();
            inTime = End();
        }
        return inTime ? result : TakeResult.Torn;
    }

    private TakeResult Add(ReadOnlySpan<byte> payload)
    {
        _deflates = deflater is not null && payload.Length >= options.Compression!.MinimumSize;
        if (payload.Length > Math.Min(LongestInBatch, options.MaxSendFrameSize))
        {
            TakeResult before = FlushBatch();
            return before == TakeResult.Taken ? Write(payload, last: true) : before;
        }
        if (!_deflates)
            return AddFrame(payload);
        deflater!.Write(payload);
        deflater.End();
        TakeResult result = AddFrame(deflater.Ready);
        deflater.Sent();
        return result;
    }

    // What does not compress is little longer afterwards, so there is room for it in an empty batch.
    private TakeResult AddFrame(ReadOnlySpan<byte> payload)
    {
        if (FrameEncoder.HeaderLength(payload.Length) + payload.Length > BatchSize - _batchLength)
        {
            TakeResult result = FlushBatch();
            if (result != TakeResult.Taken)
                return result;
        }
        uint key = RandomKeys.Next();
        _batchLength += FrameEncoder.WriteHeader(_batch.AsSpan(_batchLength), _opcode, fin: true, rsv1: _deflates, payload.Length, key);
        Mask.Copy(payload, _batch.AsSpan(_batchLength), key, 0);
        _batchLength += payload.Length;
        if (written is not null)
            _batched.Add(payload.Length);
        return TakeResult.Taken;
    }

    private TakeResult FlushBatch() => _batchLength == 0 ? TakeResult.Taken : WriteNow(default, fin: true, isBatch: true);

    // Gate holder.
    private void WriteBatch()
    {
        link.Stream.Write(_batch, 0, _batchLength);
        _batchLength = 0;
        foreach (int length in _batched)
            written!(_opcode, true, length);
        _batched.Clear();
    }
}
