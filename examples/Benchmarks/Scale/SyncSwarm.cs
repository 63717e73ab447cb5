using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets;

namespace Benchmarks.Scale;

/// <summary>Connections of this library: a thread of theirs each, and few threads of the program that look after all of them.</summary>
internal sealed class SyncSwarm : ISwarm
{
    // How often a thread looks for what has come.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentBag<WebSocketClient> _clients = [];
    private readonly ConcurrentDictionary<string, int> _deaths = new(StringComparer.Ordinal);
    private readonly byte[] _message = new byte[32];
    private long _echoes;

    public void Open(Uri uri) => _clients.Add(WebSocketClient.Connect(uri, new WebSocketClientOptions
    {
        UseProxy = false,
        PingInterval = Second,
        PingTimeout = TimeSpan.FromSeconds(20),
        ConnectTimeout = TimeSpan.FromSeconds(60),
        CloseTimeout = TimeSpan.FromSeconds(60),
    }));

    public long Echo(TimeSpan duration)
    {
        using ManualResetEventSlim stop = new(initialState: false, spinCount: 0);
        WebSocketClient[][] shares = [.. _clients.Chunk((_clients.Count / ManyProcess.Threads) + 1)];
        Thread[] threads = [.. shares.Select((share, i) => new Thread(() => LookAfter(share, Second * i / shares.Length, stop)))];
        Array.ForEach(threads, thread => thread.Start());
        stop.Wait(duration);
        stop.Set();
        Array.ForEach(threads, thread => thread.Join());
        return _echoes;
    }

    public IReadOnlyDictionary<string, int> CountDeaths() => _deaths;

    public bool TryCloseOne()
    {
        if (!_clients.TryTake(out WebSocketClient? client))
            return false;
        client.Dispose();
        return true;
    }

    private void LookAfter(WebSocketClient[] clients, TimeSpan phase, ManualResetEventSlim stop)
    {
        List<WebSocketClient> living = [.. clients];
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan due = phase;
        long echoes = 0;
        do
        {
            bool sends = watch.Elapsed >= due;
            if (sends)
                due += Second;
            living.RemoveAll(client => !LookAfter(client, sends, ref echoes));
        }
        while (!stop.Wait(Glance));
        Interlocked.Add(ref _echoes, echoes);
    }

    private bool LookAfter(WebSocketClient client, bool sends, ref long echoes)
    {
        try
        {
            if (sends)
                client.Send(_message, WebSocketMessageType.Binary);
            while (client.TryReceive(TimeSpan.Zero, out _))
                echoes++;
            return true;
        }
        catch (WebSocketClosedException e)
        {
            _deaths.AddOrUpdate(e.Cause.ToString(), 1, static (_, count) => count + 1);
            return false;
        }
    }
}
