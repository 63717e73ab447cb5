using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

// A thread that dials is blocked in DNS, connect, TLS or a read, none of which has a deadline of its own that can be relied on. So
// another thread, the caller of Connect, keeps the time: it waits here, and when the time is up it disposes what the dialling thread
// is blocked on.
//
// Lock: _sync guards every field. Nothing is disposed and no user code runs under it; the dialling thread never waits here.

/// <summary>Where the thread that dials and the caller that waits for it meet.</summary>
internal sealed class DialWatch
{
    // Disposing a socket takes no time, but on Mono a second for one that connects, which it cannot interrupt. The caller has no second.
    private static readonly TimeSpan PatienceOfDispose = TimeSpan.FromMilliseconds(50);

    private readonly object _sync = new();
    private readonly MonotonicClock _clock;
    private readonly Action<Thread> _startThread;
    private readonly Deadline _deadline;
    private IDisposable? _blockedOn;
    private long _sliceEnd = MonotonicClock.Never;
    private bool _givenUp;
    private bool _cancelled;
    private bool _done;

    public DialWatch(ClientEnvironment environment, TimeSpan timeout)
    {
        _clock = environment.Clock;
        _startThread = environment.StartThread;
        Timeout = timeout;
        _deadline = Deadline.After(_clock, timeout);
    }

    /// <summary>The bound in total, for messages.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>How far the dialling thread has come. Written by it alone.</summary>
    public WebSocketConnectStage Stage
    {
        get
        {
            if (Proxy is not null)
                return WebSocketConnectStage.Proxy;
            using (Hold.On(_sync))
                return field;
        }

        private set
        {
            using (Hold.On(_sync))
                field = value;
        }
    }

    /// <summary>Whether the caller has stopped waiting.</summary>
    public bool GivenUp
    {
        get
        {
            using (Hold.On(_sync))
                return _givenUp;
        }
    }

    /// <summary>Dialling thread: the proxy that the stages from now on lead to and through, so that all of them are one to the program.</summary>
    public Proxy? Proxy
    {
        private get
        {
            using (Hold.On(_sync))
                return field;
        }

        set
        {
            using (Hold.On(_sync))
                field = value;
        }
    }

    /// <summary>What a failure at this stage is told as.</summary>
    public WebSocketConnectException Failure(
        string message, Exception? inner = null, WebSocketHandshakeResponse? response = null, byte[]? body = null) =>
        new(Proxy is { } proxy ? $"The way through the proxy {proxy} failed: {message}" : message, Stage, inner, response, body);

    /// <summary>Dialling thread: a new stage begins.</summary>
    public void Enter(WebSocketConnectStage stage)
    {
        Stage = stage;
        ThrowIfGivenUp();
    }

    /// <summary>Dialling thread: what it will be blocked on from now. Disposed here, and ODE thrown, when nobody waits any more.</summary>
    public void BlockOn(IDisposable resource) => BlockOn(resource, System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>Dialling thread: likewise, and disposed when the slice is over, which does not end the attempt.</summary>
    public void BlockOn(IDisposable resource, TimeSpan slice)
    {
        using (Hold.On(_sync))
        {
            _sliceEnd = _clock.After(slice);
            _blockedOn = resource;
            // The caller's own bound wakes it without that.
            if (_sliceEnd != MonotonicClock.Never)
                Monitor.PulseAll(_sync);
            if (!_givenUp)
                return;
        }
        resource.Dispose();
        ThrowIfGivenUp();
    }

    /// <summary>Dialling thread: what is left of the whole time.</summary>
    public TimeSpan Remaining
    {
        get
        {
            int milliseconds = _deadline.RemainingMilliseconds;
            return milliseconds < 0 ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);
        }
    }

    /// <summary>Dialling thread: it has an outcome. False: nobody waits for it any more, so the caller of this must free it.</summary>
    public bool TryFinish()
    {
        using (Hold.On(_sync))
        {
            _done = true;
            _blockedOn = null;
            Monitor.PulseAll(_sync);
            return !_givenUp;
        }
    }

    /// <summary>Caller: waits for the outcome. Gives up at the deadline (returns false), or at once when the token says so (throws).</summary>
    public bool Wait(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(static watch => ((DialWatch)watch!).Cancel(), this);
        try
        {
            return WaitForOutcome(cancellationToken);
        }
        catch (ThreadInterruptedException)
        {
            if (TryGiveUp())
                throw;
            // There is an outcome already, and it must not be lost: the interrupt strikes at the next wait.
            Thread.CurrentThread.Interrupt();
            return true;
        }
    }

    /// <summary>Caller: it leaves without an outcome. False: there is one already, which the caller has to free.</summary>
    public bool TryGiveUp()
    {
        IDisposable? victim;
        using (Hold.On(_sync))
        {
            if (_givenUp)
                return true;
            if (_done)
                return false;
            victim = GiveUp_NeedsLock();
        }
        Free(victim);
        return true;
    }

    private bool WaitForOutcome(CancellationToken cancellationToken)
    {
        while (true)
        {
            IDisposable? victim;
            using (Hold.On(_sync))
            {
                if (_done)
                    return true;
                if (_cancelled || _deadline.HasPassed)
                {
                    victim = GiveUp_NeedsLock();
                }
                else if (_clock.Now >= _sliceEnd)
                {
                    _sliceEnd = MonotonicClock.Never;
                    victim = _blockedOn;
                }
                else
                {
                    Monitor.Wait(_sync, _deadline.OrAt(_sliceEnd).RemainingMilliseconds);
                    continue;
                }
            }
            Free(victim);
            if (GivenUp)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return false;
            }
        }
    }

    private void Free(IDisposable? victim)
    {
        if (victim is not null)
            SharedThread.StartOrRun("disposal of an attempt", () => Link.Free(victim), _startThread)?.Join(PatienceOfDispose);
    }

    private IDisposable? GiveUp_NeedsLock()
    {
        _givenUp = true;
        return _blockedOn;
    }

    private void Cancel()
    {
        using (Hold.On(_sync))
        {
            _cancelled = true;
            Monitor.PulseAll(_sync);
        }
    }

    private void ThrowIfGivenUp()
    {
        if (GivenUp)
            throw new ObjectDisposedException(nameof(DialWatch), "Nobody waits for this connection any more.");
    }
}
