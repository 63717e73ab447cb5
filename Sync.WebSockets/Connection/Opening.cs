using System;
using System.Globalization;
using System.Runtime.CompilerServices;
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
    private readonly Destination _destination;
    private readonly WebSocketClientOptions _options;
    private readonly ClientEnvironment _environment;
    private readonly DialWatch _watch;
    private readonly ConnectionLog _log;
    private ClientConnection? _connection;
    private WebSocketConnectException? _failure;

    private Opening(Destination destination, WebSocketClientOptions options, ClientEnvironment environment)
    {
        _destination = destination;
        _options = options;
        _environment = environment;
        _log = new ConnectionLog(destination.Uri, options.LoggerFactory);
        _watch = new DialWatch(environment, options.ConnectTimeout);
    }

    /// <summary>Blocks until the WebSocket is open, ConnectTimeout is over, or the token says so.</summary>
    public static ClientConnection Open(
        Destination destination, WebSocketClientOptions options, ClientEnvironment environment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Opening opening = new(destination, options, environment);
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
        // Mono aborts its threads as a process ends, and breaks down when the exception's class is not there yet by then. No thread of ours is older.
        RuntimeHelpers.RunClassConstructor(typeof(ThreadAbortException).TypeHandle);
        try
        {
            string name = "reader " + _destination.Request.Host + ":" + _destination.Request.Port.ToString(CultureInfo.InvariantCulture);
            _environment.SpareThreads.Run(name, Run, _environment.StartThread);
        }
        catch (Exception e) when (e is not (ThreadInterruptedException or ThreadAbortException))
        {
            _failure = _watch.Failure("The thread that dials and reads could not be started: " + e.Message, e);
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
            opened = new Dialer(_destination, _options, _environment).Dial(_watch);
            connection = new ClientConnection(opened, _options, _environment, HeartbeatThread.Shared, _log, Thread.CurrentThread);
            connection.Start();
            _connection = connection;
        }
        catch (Exception e)
        {
            // An unexpected one would otherwise end the process.
            Free(opened, connection);
            _failure = e as WebSocketConnectException
                ?? _watch.Failure("Unexpected: " + e.Message, e);
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
            _destination.Request.Host, _options.ConnectTimeout.TotalSeconds, _watch.Stage);
        return _watch.Failure(message, new TimeoutException(message));
    }
}
