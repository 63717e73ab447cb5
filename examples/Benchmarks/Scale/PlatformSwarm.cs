using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace Benchmarks.Scale;

/// <summary>Connections of ClientWebSocket, each with a receive that is always pending.</summary>
internal sealed class PlatformSwarm : ISwarm
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentBag<(ClientWebSocket Socket, Task Receiving)> _clients = [];
    private readonly byte[] _message = new byte[32];
    private long _echoes;

    public void Open(Uri uri)
    {
        ClientWebSocket socket = new();
        socket.Options.Proxy = null;
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(1);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        socket.ConnectAsync(uri, CancellationToken.None).GetAwaiter().GetResult();
        _clients.Add((socket, ReceiveAsync(socket)));
    }

    public long Echo(TimeSpan duration)
    {
        using CancellationTokenSource stop = new();
        ClientWebSocket[][] shares = [.. _clients.Select(c => c.Socket).Chunk((_clients.Count / ManyProcess.Threads) + 1)];
        Task[] sending = [.. shares.Select((share, i) => SendAsync(share, (int)(TimeSpan.FromSeconds(1) / Glance) * i / shares.Length, stop.Token))];
        stop.CancelAfter(duration);
        Task.WhenAll(sending).GetAwaiter().GetResult();
        return Interlocked.Read(ref _echoes);
    }

    public IReadOnlyDictionary<string, int> CountDeaths() =>
        _clients.Where(c => c.Socket.State != WebSocketState.Open).CountBy(c => c.Socket.State.ToString()).ToDictionary();

    public bool TryCloseOne()
    {
        if (!_clients.TryTake(out (ClientWebSocket Socket, Task Receiving) client))
            return false;
        if (client.Socket.State == WebSocketState.Open)
            client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).GetAwaiter().GetResult();
        client.Receiving.GetAwaiter().GetResult();
        client.Socket.Dispose();
        return true;
    }

    private async Task ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[_message.Length];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
                Interlocked.Increment(ref _echoes);
        }
        catch (WebSocketException)
        {
            // Its state tells.
        }
    }

    private async Task SendAsync(ClientWebSocket[] sockets, int phase, CancellationToken stop)
    {
        using PeriodicTimer timer = new(Glance);
        int perSecond = (int)(TimeSpan.FromSeconds(1) / Glance);
        for (int tick = 0; !stop.IsCancellationRequested; tick++)
        {
            if (tick % perSecond == phase)
            {
                foreach (ClientWebSocket socket in sockets.Where(s => s.State == WebSocketState.Open))
                    await socket.SendAsync(_message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            }
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
