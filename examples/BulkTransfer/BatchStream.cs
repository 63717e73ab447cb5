using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.IO;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace BulkTransfer;

// All that the client ever says is its cursor: "I have everything up to this key." The first time that is where to begin; then it is the
// acknowledgement. It counts what the client has, and not what this connection has sent, so it may be ahead of that: when messages of the
// connection before were still on their way into the client's table.

/// <summary>The table over one connection, with a bounded number of batches on their way. One thread at a time.</summary>
internal sealed class BatchStream(WebSocket socket, IRowTable source, int batchRows, int window)
{
    private readonly byte[] _buffer = new byte[32]; // A key, in decimal.
    private readonly Queue<long> _unacknowledged = new(); // The last key of each batch.
    private long _sent;
    private bool _ended;

    public async Task Run(CancellationToken aborted)
    {
        try
        {
            while (await ReceiveCursor(aborted) is { } cursor)
            {
                Acknowledge(cursor);
                while (!_ended && _unacknowledged.Count < window)
                    await SendBatch(aborted);
            }
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, aborted);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // The connection is lost. The client will be back, and say where to go on.
        }
    }

    private void Acknowledge(long cursor)
    {
        while (_unacknowledged.TryPeek(out long last) && last <= cursor)
            _unacknowledged.Dequeue();
        _sent = Math.Max(_sent, cursor);
    }

    private async Task SendBatch(CancellationToken aborted)
    {
        Batch batch = new(_sent, source.ReadAfter(_sent, batchRows));
        await socket.SendAsync(batch.ToUtf8(), WebSocketMessageType.Text, endOfMessage: true, aborted);
        _ended = batch.Rows.Count == 0;
        if (_ended)
            return;
        _sent = batch.Rows[^1].Id;
        _unacknowledged.Enqueue(_sent);
    }

    // Null: the client has closed.
    private async Task<long?> ReceiveCursor(CancellationToken aborted)
    {
        int count = 0;
        ValueWebSocketReceiveResult got;
        do
        {
            got = await socket.ReceiveAsync(_buffer.AsMemory(count), aborted);
            if (got.MessageType == WebSocketMessageType.Close)
                return null;
            count += got.Count;
        }
        while (!got.EndOfMessage && count < _buffer.Length);
        return Utf8Parser.TryParse(_buffer.AsSpan(0, count), out long cursor, out int parsed) && parsed == count
            ? cursor
            : throw new IOException("The client sent no key.");
    }
}
