using System;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Benchmarks.Cases;

namespace Benchmarks.Clients;

/// <summary>ClientWebSocket as it is meant to be used: each call is awaited.</summary>
internal sealed class AwaitedClient(Target target) : IClient
{
    private readonly ClientWebSocket _socket = PlatformConnection.OpenAsync(target).GetAwaiter().GetResult();
    private readonly byte[] _buffer = new byte[target.Size + 16];

    public void RoundTrips(int count) => RoundTripsAsync(count).GetAwaiter().GetResult();

    public void Receive(int count) => ReceiveAsync(count).GetAwaiter().GetResult();

    public void Send(int count) => SendAsync(count).GetAwaiter().GetResult();

    public void Dispose() => PlatformConnection.CloseAsync(_socket).GetAwaiter().GetResult();

    private async Task RoundTripsAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await SendAsync(target.Payloads[0], WebSocketMessageType.Binary);
            await ReceiveMessageAsync();
        }
    }

    private async Task ReceiveAsync(int count)
    {
        await AskAsync(count.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < count; i++)
        {
            int length = await ReceiveMessageAsync();
            if (target.Form == Form.Array)
                _ = _buffer.AsSpan(0, length).ToArray();
            else if (target.Form == Form.Text)
                _ = Encoding.UTF8.GetString(_buffer, 0, length);
        }
    }

    private async Task SendAsync(int count)
    {
        byte[][] payloads = target.Payloads;
        for (int i = 0, k = 0; i < count; i++, k = k + 1 == payloads.Length ? 0 : k + 1)
            await SendAsync(payloads[k], WebSocketMessageType.Binary);
        await AskAsync("?");
        await ReceiveMessageAsync();
    }

    private ValueTask AskAsync(string text) => _socket.SendAsync(
        Encoding.ASCII.GetBytes(text), WebSocketMessageType.Text,
        WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, CancellationToken.None);

    private ValueTask SendAsync(byte[] payload, WebSocketMessageType messageType) =>
        _socket.SendAsync(payload.AsMemory(), messageType, endOfMessage: true, CancellationToken.None);

    private async ValueTask<int> ReceiveMessageAsync()
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
            length += result.Count;
            if (result.EndOfMessage)
                return length;
        }
    }
}
