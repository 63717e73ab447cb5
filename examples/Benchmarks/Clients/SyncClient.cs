using System;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using Benchmarks.Cases;
using Sync.WebSockets;

namespace Benchmarks.Clients;

/// <summary>This library.</summary>
internal sealed class SyncClient : IClient
{
    private const int LongestBatch = 10_000;

    private readonly WebSocketClient _client;
    private readonly Form _form;
    private readonly byte[][] _payloads;
    private readonly byte[] _buffer;

    public SyncClient(Target target)
    {
        _form = target.Form;
        _payloads = target.Payloads;
        _buffer = new byte[target.Size + 16];
        _client = WebSocketClient.Connect(target.Uri, new WebSocketClientOptions
        {
            UseProxy = false,
            RemoteCertificateValidationCallback = target.Trust,
            Compression = target.IsDeflated ? new WebSocketCompressionOptions() : null,
        });
    }

    public void RoundTrips(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _client.Send(_payloads[0]);
            _client.Receive(_buffer, out _, Timeout.InfiniteTimeSpan);
        }
    }

    public void Receive(int count)
    {
        _client.Send(count.ToString(CultureInfo.InvariantCulture), compress: false);
        for (int i = 0; i < count; i++)
        {
            switch (_form)
            {
                case Form.Array:
                    _ = _client.Receive().Data;
                    break;
                case Form.Text:
                    _ = _client.ReceiveText();
                    break;
                default:
                    _client.Receive(_buffer, out _, Timeout.InfiniteTimeSpan);
                    break;
            }
        }
    }

    public void Send(int count)
    {
        if (_form == Form.Batch)
            SendInBatches(count);
        else
            SendEach(count);
        _client.Send("?", compress: false);
        if (_client.Receive().Text != count.ToString(CultureInfo.InvariantCulture))
            throw new InvalidOperationException("The server counted another number of messages.");
    }

    public void Dispose() => _client.Dispose();

    private void SendEach(int count)
    {
        for (int i = 0, k = 0; i < count; i++, k = k + 1 == _payloads.Length ? 0 : k + 1)
            _client.Send(_payloads[k].AsSpan(), WebSocketMessageType.Binary);
    }

    private void SendInBatches(int count)
    {
        ArraySegment<byte[]> batch = Enumerable.Repeat(_payloads[0], Math.Min(count, LongestBatch)).ToArray();
        for (int sent = 0; sent < count; sent += batch.Count)
        {
            batch = batch[..Math.Min(batch.Count, count - sent)];
            _client.SendBatch(batch, WebSocketMessageType.Binary);
        }
    }
}
