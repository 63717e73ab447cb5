using System;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// The reader thread dials, and then reads. The caller of Connect waits for it at the DialWatch, with its own deadline, so it can give
// up even while the thread is inside DNS; what the thread gets later, it disposes.
//
// Owners: _connection and _failure are written by the thread before it finishes at the watch, and read by the caller after that. A caller that
// cannot start the thread finishes in its place.

/// <summary>One attempt to connect.</summary>
internal sealed class Opening
{
    private const int StackSize = 256 * 1024;

    private readonly Uri _uri;
    private readonly WebSocketClientOptions _options;
    private readonly ClientEnvironment _environment;
    private readonly DialWatch _watch;
    private readonly ConnectionLog _log;
    private readonly Thread _thread;
    private ClientConnection? _connection;
    private WebSocketConnectException? _failure;

    private Opening(Uri uri, WebSocketClientOptions options, ClientEnvironment environment)
    {
        _uri = uri;
        _options = options;
        _environment = environment;
        _log = new ConnectionLog(uri, options.LoggerFactory);
        _watch = new DialWatch(environment, options.ConnectTimeout);
        _thread = new Thread(Run, StackSize)
        {
            IsBackground = true,
            Name = "Sync.WebSockets reader " + uri.Host + ":" + uri.Port.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Blocks until the WebSocket is open, ConnectTimeout is over, or the token says so.</summary>
    public static ClientConnection Open(
        Uri uri, WebSocketClientOptions options, ClientEnvironment environment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Opening opening = new(uri, options, environment);
        WebSocketConnectException? failure;
        try
        {
            opening.Start();
            failure = opening._watch.Wait(cancellationToken) ? opening._failure : opening.TimedOut();
        }
        catch
        {
            // Nobody will own what the thread gets, or has got already.
            if (!opening._watch.TryGiveUp())
                opening._connection?.Abort("Connect was left by an exception.");
            throw;
        }
        if (failure is not null)
        {
            ClientMetrics.ConnectFailed(failure.Stage);
            opening._log.ConnectFailed(failure);
            ExceptionDispatchInfo.Capture(failure).Throw();
        }
        return opening._connection!;
    }

    private void Start()
    {
        try
        {
            _environment.StartThread(_thread);
        }
        catch (Exception e) when (e is not (ThreadInterruptedException or ThreadAbortException))
        {
            _failure = new WebSocketConnectException(
                "The thread that dials and reads could not be started: " + e.Message, _watch.Stage, e, response: null, body: null);
            _watch.TryFinish();
        }
    }

    private void Run()
    {
        long start = _environment.Clock.Now;
        Opened? opened = null;
        ClientConnection? connection = null;
        try
        {
            opened = new Dialer(_uri, _options, _environment).Dial(_watch);
            connection = new ClientConnection(opened, _options, _environment, HeartbeatThread.Shared, _log, Thread.CurrentThread);
            connection.Start();
            _connection = connection;
        }
        catch (Exception e)
        {
            // An unexpected one would otherwise end the process.
            Free(opened, connection);
            _failure = e as WebSocketConnectException
                ?? new WebSocketConnectException("Unexpected: " + e.Message, _watch.Stage, e, response: null, body: null);
        }
        bool isAwaited = _watch.TryFinish();
        if (_connection is null)
            return;
        if (!isAwaited)
        {
            _connection.Discard();
            return;
        }
        _log.Opened(TimeSpan.FromTicks(_environment.Clock.Now - start));
        _connection.Run();
    }

    private static void Free(Opened? opened, ClientConnection? connection)
    {
        if (connection is null)
            opened?.Link.Dispose();
        else
            connection.Discard();
    }

    private WebSocketConnectException TimedOut()
    {
        string message = string.Format(
            CultureInfo.InvariantCulture,
            "No connection to {0} within {1:0.###} s (ConnectTimeout): it had come to the stage {2}.",
            _uri.Host, _options.ConnectTimeout.TotalSeconds, _watch.Stage);
        return new WebSocketConnectException(message, _watch.Stage, new TimeoutException(message), response: null, body: null);
    }
}
