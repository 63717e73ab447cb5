using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>One connection of the soak from Connect to Dispose: traffic both ways, one fault, and one who ends it; all by one random seed.</summary>
internal sealed class SoakLife
{
#if NET
    private const int OneInSoManyIsSecure = 2;
#else
    // On Mono TLS waits for the thread pool, which gives out few threads in a second.
    private const int OneInSoManyIsSecure = 8;
#endif

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly Random _random;
    private readonly int _seed;
    private readonly bool _tls;
    private readonly SoakFault _fault;
    private readonly SoakEnd _end;
    private readonly SoakMessages _received = new();
    private readonly ManualResetEventSlim _never = new();
    private WebSocketCloseCause? _cause;
    private long _attempted;
    private long _sent;

    public SoakLife(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _tls = _random.Next(OneInSoManyIsSecure) == 0;
        _fault = (SoakFault)_random.Next((int)SoakFault.CutWhileConnecting + 1);
        _end = (SoakEnd)_random.Next((int)SoakEnd.ServerClose + 1);
    }

    private bool EndsByFault => _fault is SoakFault.SilentServer or SoakFault.Blackhole or >= SoakFault.FinToClient;

    public override string ToString() =>
        FormattableString.Invariant($"connection {_seed} ({(_tls ? "wss" : "ws")}, {_fault}, {_end}, sent {_sent} of {_attempted}, received {_received.Checked}, {_cause})");

    public void Live(SoakTally tally)
    {
        using SoakServer peer = new(_seed + 1);
        using (ScriptedServer server = TestServer.Start(_tls, peer.Serve))
        using (FaultProxy proxy = new(server.Uri, bufferSize: 16 * 1024))
        {
            if (_fault == SoakFault.CutWhileConnecting)
                proxy.ToClient.EndAfter(_random.Next(_tls ? 4000 : 400), LaneEnd.Fin);
            using WebSocketClient? client = Connect(proxy.Uri);
            if (client is not null)
                Use(client, proxy, peer);
        }
        Judge(peer);
        tally.Add(_fault, _cause, _sent + _received.Checked, peer.Received.Bytes + _received.Bytes);
    }

    private WebSocketClient? Connect(Uri uri)
    {
        try
        {
            return TestClient.Connect(uri, options =>
            {
                options.PingInterval = PingInterval;
                options.PingTimeout = PingTimeout;
                options.ConnectTimeout = Longest;
                options.SendTimeout = TimeSpan.FromSeconds(5);
                options.MaxSendFrameSize = 16 * 1024;
                options.ReceiveQueueBytes = 64 * 1024;
            });
        }
        catch (WebSocketConnectException) when (_fault == SoakFault.CutWhileConnecting)
        {
            return null;
        }
    }

    private void Use(WebSocketClient client, FaultProxy proxy, SoakServer peer)
    {
        BackgroundRun sender = Run.InBackground(() => SendAll(client));
        BackgroundRun receiver = Run.InBackground(() => ReceiveAll(client));
        Pass(_random.Next(500));
        Break(proxy);
        if (EndsByFault)
        {
            client.WaitForClose(Longest).Should().BeTrue("nobody else ends it");
        }
        else
        {
            Pass(_random.Next(1500));
            if (_fault != SoakFault.DeafServer)
                client.State.Should().Be(WebSocketState.Open, "such a connection is alive");
            Elapsed.Of(() => End(client, peer)).Should().BeBelow(LongestEnd);
        }
        sender.Join(Longest);
        receiver.Join(Longest);
    }

    private void Break(FaultProxy proxy)
    {
        switch (_fault)
        {
            case SoakFault.Delay:
                proxy.ToServer.Delay(TimeSpan.FromMilliseconds(_random.Next(50)));
                proxy.ToClient.Delay(TimeSpan.FromMilliseconds(_random.Next(50)));
                break;
            case SoakFault.Drip:
                proxy.ToServer.Drip(_random.Next(300_000, 1_000_000));
                proxy.ToClient.Drip(_random.Next(300_000, 1_000_000));
                break;
            case SoakFault.ShortStall:
                proxy.Blackhole();
                Pass(_random.Next(1000));
                proxy.ToServer.Release();
                proxy.ToClient.Release();
                break;
            case SoakFault.DeafServer:
                proxy.ToServer.Hold();
                break;
            case SoakFault.SilentServer:
                proxy.ToClient.Hold();
                break;
            case SoakFault.Blackhole:
                proxy.Blackhole();
                break;
            case SoakFault.FinToClient or SoakFault.ResetToClient:
                proxy.ToClient.EndAfter(_random.Next(30_000), _fault == SoakFault.FinToClient ? LaneEnd.Fin : LaneEnd.Reset);
                break;
            case SoakFault.FinToServer or SoakFault.ResetToServer:
                proxy.ToServer.EndAfter(_random.Next(30_000), _fault == SoakFault.FinToServer ? LaneEnd.Fin : LaneEnd.Reset);
                break;
            case SoakFault.Reset:
                proxy.Reset();
                break;
        }
    }

    // The other threads go on meanwhile, so each end comes in the middle of a Send and a Receive.
    private void End(WebSocketClient client, SoakServer peer)
    {
        switch (_end)
        {
            case SoakEnd.Close:
                client.Close();
                break;
            case SoakEnd.Dispose:
                client.Dispose();
                break;
            case SoakEnd.Abort:
                client.Abort();
                break;
            default:
                peer.Close();
                client.WaitForClose(Longest).Should().BeTrue("the server has closed");
                break;
        }
    }

    private void SendAll(WebSocketClient client)
    {
        Random random = new(_seed + 2);
        try
        {
            while (true)
            {
                Pass(random.Next(60));
                byte[] message = SoakMessages.Make(_attempted, random);
                _attempted++;
                client.Send(message);
                _sent++;
                if (random.Next(20) == 0)
                    client.Ping(Longest);
            }
        }
        catch (Exception e) when (e is WebSocketClosedException or ObjectDisposedException)
        {
            // The end of it.
        }
    }

    private void ReceiveAll(WebSocketClient client)
    {
        try
        {
            while (true)
                _received.Check(client.Receive(Longest).Data);
        }
        catch (WebSocketClosedException e)
        {
            _cause = e.Cause;
        }
        catch (ObjectDisposedException)
        {
            _cause = WebSocketCloseCause.LocalClose;
        }
    }

    // Close frames come behind whatever was sent before them. So the side that has read one has all of it, and without one it has its
    // beginning, which was checked as it came.
    private void Judge(SoakServer peer)
    {
        peer.Received.Checked.Should().BeLessThanOrEqualTo(_attempted);
        if (peer.HasReadClose)
            peer.Received.Checked.Should().BeGreaterThanOrEqualTo(_sent, "what Send returned for is before the Close frame");
        if (_cause == WebSocketCloseCause.RemoteClose)
            _received.Checked.Should().Be(peer.SentBeforeClose);
        if (_fault is SoakFault.Blackhole or SoakFault.SilentServer)
            _cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
    }

    private void Pass(int milliseconds) => _never.Wait(milliseconds);
}
