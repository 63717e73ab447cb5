using System;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Benchmarks.Cases;

namespace Benchmarks.Clients;

/// <summary>ClientWebSocket in a program that is not written with async: each call is blocked on.</summary>
internal sealed class BlockingClient(Target target) : IClient
{
    private readonly ClientWebSocket _socket = PlatformConnection.OpenAsync(target).GetAwaiter().GetResult();
    private readonly byte[] _buffer = new byte[target.Size + 16];

    public void RoundTrips(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Send(target.Payloads[0]);
            ReceiveMessage();
        }
    }

    public void Receive(int count)
    {
        Ask(count.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < count; i++)
        {
            int length = ReceiveMessage();
            if (target.Form == Form.Array)
                _ = _buffer.AsSpan(0, length).ToArray();
            else if (target.Form == Form.Text)
                _ = Encoding.UTF8.GetString(_buffer, 0, length);
        }
    }

    public void Send(int count)
    {
        byte[][] payloads = target.Payloads;
        for (int i = 0, k = 0; i < count; i++, k = k + 1 == payloads.Length ? 0 : k + 1)
            Send(payloads[k]);
        Ask("?");
        ReceiveMessage();
    }

    public void Dispose() => PlatformConnection.CloseAsync(_socket).GetAwaiter().GetResult();

    private void Ask(string text) => Block(_socket.SendAsync(
        Encoding.ASCII.GetBytes(text), WebSocketMessageType.Text,
        WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, CancellationToken.None));

    private void Send(byte[] payload) =>
        Block(_socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None));

    private int ReceiveMessage()
    {
        int length = 0;
        while (true)
        {
            ValueTask<ValueWebSocketReceiveResult> receiving = _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
            ValueWebSocketReceiveResult result = receiving.IsCompleted ? receiving.Result : receiving.AsTask().GetAwaiter().GetResult();
            length += result.Count;
            if (result.EndOfMessage)
                return length;
        }
    }

    // A value task can only be blocked on through a task; one that is complete needs none.
    private static void Block(ValueTask task)
    {
        if (task.IsCompleted)
            task.GetAwaiter().GetResult();
        else
            task.AsTask().GetAwaiter().GetResult();
    }
}
