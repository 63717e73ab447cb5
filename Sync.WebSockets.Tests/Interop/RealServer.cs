using System;
using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>A server that others wrote, with or without TLS. The first test that wants it starts it, and all share it.</summary>
public sealed class RealServer
{
    private static readonly Dictionary<string, Peer> Running = new(StringComparer.Ordinal);

    private readonly string _name;

    private RealServer(string name, bool tls)
    {
        _name = name;
        IsTls = tls;
    }

    public static IEnumerable<RealServer> All =>
    [
        new("Kestrel", tls: false), new("Kestrel", tls: true),
        new("ws", tls: false), new("ws", tls: true),
        new("python-websockets", tls: false), new("python-websockets", tls: true),
    ];

    public static IEnumerable<RealServer> AllWithTls => All.Where(server => server.IsTls);

    public bool IsTls { get; }

    public override string ToString() => _name + (IsTls ? ", wss" : ", ws");

    internal Peer Shared()
    {
        if (!Running.TryGetValue(ToString(), out Peer? peer))
            Running.Add(ToString(), peer = Start());
        return peer;
    }

    internal static void EndAll()
    {
        foreach (Peer peer in Running.Values)
            peer.Dispose();
        Running.Clear();
    }

    /// <summary>One that nobody else uses.</summary>
    internal Peer Start() => _name switch
    {
        "Kestrel" => KestrelPeer.Start(IsTls),
        "ws" => NodePeer.Start(IsTls),
        _ => PythonPeer.Start(tls: IsTls),
    };
}
