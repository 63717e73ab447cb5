using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// A server on loopback that does what the test says: each accepted connection gets a thread of its own that runs the script.
/// When the script returns, the connection ends in good order. What a script throws comes out of <see cref="Join"/> or Dispose.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(10);

    private readonly Action<ServerConnection> _script;
    private readonly ScriptedServerOptions _options;
    private readonly Socket _listener;
    private readonly Thread _acceptor;
    private readonly ManualResetEvent _stopped = new(false);

    // Guards the count and the three lists; sockets and threads leave them when they end.
    private readonly object _lists = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Thread> _threads = [];
    private readonly List<Exception> _errors = [];
    private int _connections;
    private volatile bool _disposed;
    private volatile Exception? _tlsError;

    public ScriptedServer(Action<ServerConnection> script, ScriptedServerOptions? options = null)
    {
        _script = script;
        _options = options ?? new ScriptedServerOptions();
        _listener = Listen(_options);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _acceptor = new Thread(AcceptAll) { IsBackground = true, Name = $"scripted server {Port}" };
        if (_options.Accepts)
            _acceptor.Start();
    }

    public static ScriptedServer Tls(Action<ServerConnection> script, X509Certificate2? certificate = null) =>
        new(script, new ScriptedServerOptions { Certificate = certificate ?? TestCertificates.Localhost });

    public int Port { get; }

    public Uri Uri => new(_options.Certificate is null ? $"ws://{Host}:{Port}/" : $"wss://localhost:{Port}/");

    /// <summary>How many connections were accepted so far.</summary>
    public int Connections
    {
        get
        {
            lock (_lists)
                return _connections;
        }
    }

    /// <summary>Why the last TLS handshake failed. No script error: the client has a right to refuse a certificate.</summary>
    public Exception? TlsError => _tlsError;

    /// <summary>Waits until the scripts of all connections so far have ended, and throws what they threw.</summary>
    public void Join(TimeSpan? deadline = null)
    {
        JoinThreads(deadline ?? JoinDeadline);
        AssertNoScriptErrors();
    }

    public void AssertNoScriptErrors()
    {
        lock (_lists)
        {
            if (_errors.Count > 0)
                throw new AggregateException("A script of the server failed.", _errors);
        }
    }

    // Throwing here may hide what the test itself threw, but a script that failed while the server lived came first and is the cause.
    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        _stopped.Set();
        _listener.Dispose();
        lock (_lists)
            _sockets.ForEach(socket => socket.Dispose());
        if (_options.Accepts)
            _acceptor.Join(JoinDeadline);
        JoinThreads(JoinDeadline);
        _stopped.Dispose();
        AssertNoScriptErrors();
    }

    private string Host => _options.Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{_options.Address}]" : _options.Address.ToString();

    private static Socket Listen(ScriptedServerOptions options)
    {
        var listener = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

        // Accepted sockets inherit the sizes. Set later, the window would already be agreed on.
        if (options.ReceiveBufferSize is { } receive)
            listener.ReceiveBufferSize = receive;
        if (options.SendBufferSize is { } send)
            listener.SendBufferSize = send;
        // What is left of the server before must not keep this one out.
        if (options.Port != 0)
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(options.Address, options.Port));
        listener.Listen(options.Backlog);
        return listener;
    }

    private void AcceptAll()
    {
        while (!_disposed)
        {
            try
            {
                Start(_listener.Accept());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Disposed, or a client that was gone before it was accepted.
            }
        }
    }

    private void Start(Socket socket)
    {
        lock (_lists)
        {
            if (_disposed)
            {
                socket.Dispose();
                return;
            }

            var thread = new Thread(() => Serve(socket)) { IsBackground = true, Name = $"scripted server {Port}, script {++_connections}" };
            _sockets.Add(socket);
            _threads.Add(thread);
            thread.Start();
        }
    }

    private void Serve(Socket socket)
    {
        ServerConnection? connection = null;
        try
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = socket.SendTimeout = (int)_options.IoTimeout.TotalMilliseconds;
            using Stream stream = ServerStream.Open(socket, _options);
            connection = new ServerConnection(socket, stream, _stopped);
            _script(connection);
            OrderlyEnd.Of(socket);
        }
        catch (Exception e)
        {
            Judge(e, connection);
        }
        finally
        {
            socket.Dispose();
            lock (_lists)
            {
                _sockets.Remove(socket);
                _threads.Remove(Thread.CurrentThread);
            }
        }
    }

    private void Judge(Exception e, ServerConnection? connection)
    {
        bool isLoss = ServerStream.IsLoss(e);
        if (_disposed && isLoss)
            return;

        // The client may refuse our certificate. With TLS 1.3 it does so when our handshake is over and the script already runs.
        if (_options.Certificate is not null && isLoss && connection is not { HasHeardFromClient: true })
        {
            _tlsError = e;
            return;
        }

        lock (_lists)
            _errors.Add(e);
    }

    private void JoinThreads(TimeSpan deadline)
    {
        Thread[] threads;
        lock (_lists)
            threads = [.. _threads];
        foreach (Thread thread in threads.Where(thread => !thread.Join(deadline)))
            throw new TimeoutException($"The thread '{thread.Name}' did not end within {deadline}.");
    }
}
