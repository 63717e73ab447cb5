using System;
using System.Collections.Concurrent;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Hands each connection over as an <see cref="EndRacePeer"/>, which its script serves to the end.</summary>
internal sealed class EndRaceServer : IDisposable
{
    private readonly BlockingCollection<EndRacePeer> _peers = [];
    private readonly ScriptedServer _server;

    public EndRaceServer(bool tls) => _server = TestServer.Start(tls, connection =>
    {
        connection.Upgrade();
        EndRacePeer peer = new(connection);
        _peers.Add(peer);
        peer.Serve();
    });

    /// <summary>Connects a client; returns it and the server's side of it.</summary>
    public (WebSocketClient Client, EndRacePeer Peer) Connect()
    {
        WebSocketClient client = TestClient.Connect(_server);
        return (client, _peers.Take());
    }

    public void Dispose()
    {
        _server.Dispose();
        _peers.Dispose();
    }
}
