using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;

namespace Sync.WebSockets.Support;

/// <summary>
/// A server that answers each request as the test says, and keeps what it was asked. An answer is a status and whole header lines, as in
/// "302", "Location: /next". After 101 it echoes; after anything else it waits until the client has left.
/// </summary>
internal sealed class AnsweringServer : IDisposable
{
    private readonly ConcurrentQueue<ServerRequest> _requests = new();
    private readonly Func<ServerRequest, string[]> _answer;
    private readonly ScriptedServer _server;

    public AnsweringServer(Func<ServerRequest, string[]> answer, bool tls = false)
    {
        _answer = answer;
        _server = TestServer.Start(tls, Serve);
    }

    public int Port => _server.Port;

    public Uri Uri => _server.Uri;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<ServerRequest> Requests => [.. _requests];

    /// <summary>Waits until all connections so far have ended; throws when one does not.</summary>
    public void Join() => _server.Join();

    public void Dispose() => _server.Dispose();

    private void Serve(ServerConnection connection)
    {
        ServerRequest request = connection.ReadRequest();
        _requests.Enqueue(request);
        string[] answer = _answer(request);
        string[] headers = [.. answer.Skip(1)];
        if (answer[0] == "101")
        {
            connection.Accept(request, headers);
            connection.EchoUntilClosed();
            return;
        }
        connection.Refuse(answer[0], headers);
        connection.WaitForDisconnect();
    }
}
