using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets.Support;

/// <summary>
/// A forwarding proxy on loopback, with a thread per connection and one more per tunnel. It resolves every name under .example to this
/// machine, and remembers what came. What a client did against the rules comes out of <see cref="Join"/> or Dispose.
/// </summary>
internal sealed class TestProxy : IDisposable
{
    private readonly Func<ServerConnection, TestProxyVisit, Socket?> _open;
    private readonly ScriptedServer _server;

    // Guarded by itself.
    private readonly List<TestProxyVisit> _visits = [];

    public TestProxy(TestProxyKind kind, TestProxyOptions? options = null)
    {
        TestProxyOptions chosen = options ?? new TestProxyOptions();
        if (kind == TestProxyKind.Socks5)
            _open = new TestProxySocks(chosen).Open;
        else
            _open = new TestProxyHttp(chosen).Open;
        _server = new ScriptedServer(Serve, new ScriptedServerOptions
        {
            Certificate = kind == TestProxyKind.Https ? TestCertificates.Localhost : null,
            WantsClientCertificate = chosen.WantsClientCertificate,
        });
        Uri = new Uri(kind switch
        {
            TestProxyKind.Http => $"http://127.0.0.1:{_server.Port}/",
            TestProxyKind.Https => $"https://localhost:{_server.Port}/",
            _ => $"socks5://127.0.0.1:{_server.Port}/",
        });
    }

    public Uri Uri { get; }

    /// <summary>The connections so far, in their order.</summary>
    public IReadOnlyList<TestProxyVisit> Visits
    {
        get
        {
            lock (_visits)
                return [.. _visits];
        }
    }

    /// <summary>How many tunnels were opened so far.</summary>
    public int Tunnels => Visits.Count(visit => visit.Server is not null);

    /// <summary>Everything that came outside of tunnels.</summary>
    public string Text => string.Concat(Visits.Select(visit => visit.Text));

    /// <summary>Why the last TLS handshake failed.</summary>
    public Exception? TlsError => _server.TlsError;

    /// <summary>The proxy as a program sets it.</summary>
    public IWebProxy AsWebProxy(ICredentials? credentials = null) => new TestWebProxy(Uri) { Credentials = credentials };

    /// <summary>Waits until all connections so far have ended.</summary>
    public void Join() => _server.Join();

    public void Dispose()
    {
        foreach (TestProxyVisit visit in Visits)
            visit.Server?.Dispose();
        _server.Dispose();
    }

    private void Serve(ServerConnection client)
    {
        var visit = new TestProxyVisit(client.Stream);
        lock (_visits)
            _visits.Add(visit);
        try
        {
            using Socket? server = _open(client, visit);
            if (server is not null)
                Carry(client, server);
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // A client may go whenever it likes.
        }
    }

    private static void Carry(ServerConnection client, Socket server)
    {
        using var stream = new NetworkStream(server);
        BackgroundRun back = Run.InBackground(() => Pump(stream, client.Stream, client.Socket, server));
        Pump(client.Stream, stream, server, client.Socket);
        back.Join();
    }

    // The end of a stream is handed on as an end; a connection that breaks takes the other one with it.
    private static void Pump(Stream from, Stream to, Socket receiver, Socket sender)
    {
        try
        {
            byte[] buffer = new byte[16 * 1024];
            for (int got; (got = from.Read(buffer, 0, buffer.Length)) > 0;)
                to.Write(buffer, 0, got);
            receiver.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            receiver.Dispose();
            sender.Dispose();
        }
    }
}
