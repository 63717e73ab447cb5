using System;
using System.Threading;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Reconnecting;

// The reconnecting thread goes round and round: connect, run the hooks, wait for the end, wait out the backoff. All user code but the calls
// of the client runs on it, so a hook that blocks holds up nobody but its own client. It does not know the public client, so one that the
// program has lost can be collected.
//
// Reconnecting thread: _backoff, _upSince and everything in Run. _phase and _thread are set by it and read by any thread.

/// <summary>The life of a client over all its connections.</summary>
/// <param name="uri">Where to.</param>
/// <param name="options">How; a copy that nobody changes.</param>
/// <param name="dial">Makes a connection; blocks, until the token is cancelled at most.</param>
/// <param name="environment">Time and threads.</param>
/// <param name="random">From 0 up to 1; one thread calls it.</param>
internal sealed class Reconnector(
    Uri uri,
    ReconnectingWebSocketClientOptions options,
    Func<ReconnectAttempt, CancellationToken, IWebSocketClient> dial,
    ClientEnvironment environment,
    Func<double> random)
{
    // For the hooks, which are user code.
    private const int StackSize = 1024 * 1024;

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromMilliseconds(200);

    private readonly Succession _succession = new(environment.Clock);
    private readonly Backoff _backoff = new(options.InitialDelay, options.DelayFactor, options.MaxDelay);
    private readonly CancellationTokenSource _ended = new();
    private long _upSince;
    private volatile Phase _phase = new(0, null, null);
    private volatile Thread? _thread;

    /// <summary>The connections, to send to and to receive from.</summary>
    public Succession Succession => _succession;

    public ReconnectStatus Status
    {
        get
        {
            Phase phase = _phase;
            bool isUp = _succession.Current is not null;
            return new ReconnectStatus
            {
                State = _succession.Ending is not null ? ReconnectState.Closed
                    : isUp ? ReconnectState.Connected
                    : phase.Until is not null ? ReconnectState.Waiting
                    : ReconnectState.Connecting,
                NextAttemptIn = !isUp && phase.Until is { } until ? TimeSpan.FromTicks(Math.Max(0, until - environment.Clock.Now)) : null,
                Attempt = isUp ? 0 : phase.Attempt,
                Connections = _succession.Count,
                LastFailure = phase.LastFailure,
            };
        }
    }

    /// <summary>Throws when no thread can be started.</summary>
    public void Start() => _thread = SharedThread.Start("reconnecting", Run, environment.StartThread, StackSize);

    /// <summary>Throws on the reconnecting thread, where a hook would wait for itself.</summary>
    public void ThrowIfInHook()
    {
        if (Thread.CurrentThread == _thread)
            throw new InvalidOperationException("A hook of the reconnecting client must not use that client: nothing goes on while it waits. Use the connection that the hook gets.");
    }

    /// <summary>Ends it for good. The connection that is up is left to the caller. False: it had ended before.</summary>
    public bool TryEnd(WebSocketCloseCause cause, string message)
    {
        bool isFirst = _succession.TryEnd(new Ending(cause, message), out IWebSocketClient? unused);
        unused?.Abort();
        if (isFirst)
            CancelAttempt();
        return isFirst;
    }

    /// <summary>Waits a moment for the thread to be gone; it is, unless a hook holds it. Does not throw.</summary>
    public void Join()
    {
        if (Thread.CurrentThread == _thread)
            return;
        try
        {
            _thread?.Join(TimeToEnd);
        }
        catch (ThreadInterruptedException)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    /// <summary>For calls after the end, or in it.</summary>
    public Exception ToException()
    {
        Ending ending = _succession.Ending!;
        var closed = ending.Exception as WebSocketClosedException;
        return new WebSocketClosedException(
            ending.Message, ending.Cause, closed?.ReceivedClose, closed?.SentClose, closed is { ReceivedCloseFirst: true }, ending.Exception);
    }

    /// <summary>For calls that waited in vain.</summary>
    public TimeoutException NoConnection(TimeSpan timeout, string consequence)
    {
        Exception? failure = _phase.LastFailure;
        return new TimeoutException(
            FormattableString.Invariant($"{consequence}: no connection was up within {timeout.TotalSeconds:0.###} s; attempts go on. ")
                + (failure is null ? "None has failed yet." : "The last failure: " + failure.Message),
            failure);
    }

    private void CancelAttempt()
    {
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException)
        {
            // From callbacks that a hook has registered: whoever ends the client has nothing to do with them, and the connection must end all the same.
        }
    }

    private void Run()
    {
        _thread = Thread.CurrentThread;
        try
        {
            Live();
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            End(new Ending(WebSocketCloseCause.InternalError, "The reconnecting client failed: " + e.Message, e));
        }
        finally
        {
            // Nobody must wait for a thread that is no more, whatever has ended it.
            End(new Ending(WebSocketCloseCause.Aborted, "The reconnecting thread was ended."));
        }
    }

    private void Live()
    {
        Exception? failure = null;
        Exception? loss = null;
        for (int number = 1; ; number++)
        {
            _phase = new Phase(number, null, failure);
            try
            {
                ReconnectAttempt attempt = new(uri, options.ClientOptions.Freeze(), number, failure, loss, _ended.Token);
                if (Open(attempt) is not { } client)
                    return;
                failure = loss = Outlive(client);
                number = 0;
            }
            catch (Exception e) when (e is not ThreadAbortException)
            {
                failure = e;
            }
            _phase = new Phase(number, null, failure);
            if (_succession.Ending is not null || (number == 0 && !GoesOnAfterTelling(failure)) || !GoesOnAfter(failure))
                return;
        }
    }

    // Null: it is over.
    private IWebSocketClient? Open(ReconnectAttempt attempt)
    {
        options.Connecting?.Invoke(attempt);
        IWebSocketClient client = dial(attempt, _ended.Token);
        bool follows = false;
        try
        {
            if (!_succession.TryBegin(client))
                return null;
            options.Connected?.Invoke(client, attempt);
            // Before anybody can see that it is up.
            _upSince = environment.Clock.Now;
            follows = _succession.TryFollow(client);
            return follows ? client : null;
        }
        finally
        {
            if (!follows)
                Drop(client);
        }
    }

    private void Drop(IWebSocketClient client)
    {
        // The program has ended it: nobody waits for a closing handshake any more.
        if (_succession.Ending is not null)
            client.Abort();
        client.Dispose();
        _succession.Gone(client);
    }

    // Blocks until the connection has ended; returns why.
    private WebSocketClosedException Outlive(IWebSocketClient client)
    {
        try
        {
            WaitForEnd(client);
            return WhyEnded(client);
        }
        finally
        {
            if (environment.Clock.Now - _upSince >= options.StableAfter.Ticks)
                _backoff.Reset();
            // It has ended, but for an exception that nobody thought of: then it must not live on unseen.
            client.Abort();
            _succession.Gone(client);
            if (client is WebSocketClient { HasUnread: false })
                _succession.Drained(client);
        }
    }

    private static void WaitForEnd(IWebSocketClient client)
    {
        bool ended = false;
        while (!ended)
        {
            try
            {
                ended = client.WaitForClose(Timeout.InfiniteTimeSpan);
            }
            catch (ThreadInterruptedException)
            {
                // Meant for a hook that has returned meanwhile.
            }
        }
    }

    // Whatever is asked of it now is answered with the reason.
    private static WebSocketClosedException WhyEnded(IWebSocketClient client)
    {
        const string Unknown = "The connection ended.";
        try
        {
            client.Ping(TimeSpan.Zero);
            return new WebSocketClosedException(Unknown, WebSocketCloseCause.NetworkError, null, null, false, null);
        }
        catch (WebSocketClosedException e)
        {
            return e;
        }
        catch (ObjectDisposedException e)
        {
            return new WebSocketClosedException("The connection was disposed.", WebSocketCloseCause.LocalClose, null, null, false, e);
        }
    }

    // A mistake in the hook is no reason to judge the loss otherwise.
    private bool GoesOnAfterTelling(Exception loss)
    {
        try
        {
            options.Disconnected?.Invoke(loss);
            return true;
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            return Retries(e);
        }
    }

    // False: it is over.
    private bool GoesOnAfter(Exception failure)
    {
        if (_succession.Ending is not null || !Retries(failure))
            return false;
        TimeSpan asked = (failure as WebSocketConnectException)?.RetryAfter ?? TimeSpan.Zero;
        TimeSpan delay = _backoff.Next(random(), asked < options.MaxRetryAfter ? asked : options.MaxRetryAfter);
        Deadline next = Deadline.After(environment.Clock, delay);
        _phase = _phase with { Until = next.At };
        return _succession.Pause(next);
    }

    // False: it is over, because of this.
    private bool Retries(Exception failure)
    {
        try
        {
            if (options.ShouldRetry(failure))
                return true;
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            failure = e;
        }
        _phase = _phase with { LastFailure = failure };
        End(new Ending(
            (failure as WebSocketClosedException)?.Cause ?? WebSocketCloseCause.ReconnectFailed,
            "No other attempt is made after this failure: " + failure.Message,
            failure));
        return false;
    }

    // On the reconnecting thread there is no hook whose connection had to be cut.
    private void End(Ending ending)
    {
        if (_succession.TryEnd(ending, out _))
            _succession.Alive?.Abort();
    }

    /// <summary>What the thread is about while no connection is up.</summary>
    /// <param name="Attempt">The attempt's number; 0 right after a loss.</param>
    /// <param name="Until">When the wait for the next one is over; null: it is under way.</param>
    /// <param name="LastFailure">What the attempt before, or the last connection, ended with.</param>
    private sealed record Phase(int Attempt, long? Until, Exception? LastFailure);
}
