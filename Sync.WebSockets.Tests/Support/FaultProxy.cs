using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// Stands between one client and a server on loopback and breaks their connection as the test says, below TLS. It takes one connection;
/// a thread per direction pumps the bytes, with blocking calls. Where nothing is set, it hands on bytes, ends and resets as they come.
/// </summary>
internal sealed class FaultProxy : IDisposable
{
    private static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(10);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _serverPort;
    private readonly Thread _toServer;
    private readonly Thread _toClient;

    // Set by the thread to the server before it starts the other one. Dispose joins that thread before it looks.
    private volatile Socket? _client;

    /// <param name="server">Where the connection goes; its port on loopback.</param>
    /// <param name="bufferSize">Of all four buffers of the proxy's two sockets; null: as the system has them.</param>
    public FaultProxy(Uri server, int? bufferSize = null)
    {
        _serverPort = server.Port;
        // Accepted sockets inherit the sizes. Set later, the window would already be agreed on.
        SetBuffers(_listener, bufferSize);
        SetBuffers(_server, bufferSize);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        int port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        Uri = new UriBuilder(server) { Port = port }.Uri;
        _toServer = new Thread(AcceptAndPump) { IsBackground = true, Name = $"fault proxy {port}, to the server" };
        _toClient = new Thread(() => Pump(_server, _client!, ToClient)) { IsBackground = true, Name = $"fault proxy {port}, to the client" };
        _toServer.Start();
    }

    /// <summary>The server's, through the proxy.</summary>
    public Uri Uri { get; }

    public Lane ToServer { get; } = new();

    public Lane ToClient { get; } = new();

    /// <summary>Hands nothing on in either direction; both peers still have their connection.</summary>
    public void Blackhole()
    {
        ToServer.Hold();
        ToClient.Hold();
    }

    /// <summary>Ends both connections with a RST.</summary>
    public void Reset()
    {
        Reset(_client);
        Reset(_server);
    }

    public void Dispose()
    {
        ToServer.Stop();
        ToClient.Stop();
        _listener.Dispose();
        _server.Dispose();
        _client?.Dispose();
        Join(_toServer);
        _client?.Dispose();
        if (_client is not null)
            Join(_toClient);
    }

    private static void SetBuffers(Socket socket, int? size)
    {
        if (size is { } bytes)
            socket.ReceiveBufferSize = socket.SendBufferSize = bytes;
    }

    private static void Reset(Socket? socket)
    {
        if (socket is null)
            return;

        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended before.
        }

        socket.Dispose();
    }

    private static void Join(Thread thread)
    {
        if (!thread.Join(JoinDeadline))
            throw new TimeoutException($"The thread '{thread.Name}' did not end within {JoinDeadline}.");
    }

    private static void Pump(Socket from, Socket to, Lane lane)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            for (int got; (got = from.Receive(buffer)) > 0;)
            {
                if (!Forward(buffer, got, to, lane))
                    return;
            }

            lane.AwaitOpen();
            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            HandOnReset(to, lane);
        }
        catch (ObjectDisposedException)
        {
            // The test has ended or reset the connection.
        }
    }

    private static bool Forward(byte[] buffer, int count, Socket to, Lane lane)
    {
        for (int done = 0; done < count;)
        {
            int admitted = lane.Admit(count - done);
            if (admitted == 0)
            {
                if (lane.End == LaneEnd.Reset)
                    Reset(to);
                else
                    to.Shutdown(SocketShutdown.Send);
                return false;
            }

            // A blocking Send of a stream socket returns when all is accepted.
            to.Send(buffer, done, admitted, SocketFlags.None);
            done += admitted;
        }

        return true;
    }

    private static void HandOnReset(Socket to, Lane lane)
    {
        try
        {
            lane.AwaitOpen();
            Reset(to);
        }
        catch (ObjectDisposedException)
        {
            // The lane was held until the end.
        }
    }

    private void AcceptAndPump()
    {
        try
        {
            Socket client = _listener.Accept();
            client.NoDelay = _server.NoDelay = true;
            _server.Connect(new IPEndPoint(IPAddress.Loopback, _serverPort));
            _client = client;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // Disposed before anybody came.
        }

        _toClient.Start();
        Pump(_client, _server, ToServer);
    }
}
