using System;
using System.Net.Sockets;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>A gate over a real socket, which says whether there is room, and a recorder, which takes the frames.</summary>
internal sealed class GateBench : IDisposable
{
    private ulong _pings;

    public GateBench(MonotonicClock? clock = null)
    {
        Clock = clock ?? MonotonicClock.System;
        Link = new Link(new SocketChannel(Sockets.Client), new CountingStream(new NetworkStream(Sockets.Client), Clock), Wire, acknowledgements: null);
        Gate = new SendGate(Link, Clock, Events);
    }

    public MonotonicClock Clock { get; }

    public SocketPair Sockets { get; } = new();

    public FrameRecorder Wire { get; } = new();

    public GateRecorder Events { get; } = new();

    public Link Link { get; }

    public SendGate Gate { get; }

    public Deadline Never => Deadline.After(Clock, System.Threading.Timeout.InfiniteTimeSpan);

    public Deadline In(int milliseconds) => Deadline.After(Clock, TimeSpan.FromMilliseconds(milliseconds));

    public ControlRequest Ping(params byte[] payload) => new(Opcode.Ping, payload, ++_pings, Clock.Now);

    public ControlRequest Post(ControlRequest request)
    {
        Gate.Post(request);
        return request;
    }

    public void Dispose()
    {
        Sockets.Dispose();
        Wire.Dispose();
    }
}
