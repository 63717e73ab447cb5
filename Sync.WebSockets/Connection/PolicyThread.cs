using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// User code may be slow, block or throw, so a policy of the user's own has a thread to itself: it can harm no other connection, and not
// even its own one's reader.
//
// Lock: _sync guards _stopped; it is a leaf. Everything else belongs to this thread.

/// <summary>Runs a connection's own heartbeat policy.</summary>
internal sealed class PolicyThread
{
    private readonly object _sync = new();
    private readonly HeartbeatPolicy _policy;
    private readonly MonotonicClock _clock;
    private readonly Func<WebSocketHealth> _checkHealth;
    private readonly PolicyHands _hands;
    private readonly Thread _thread;
    private bool _stopped;

    /// <param name="policy">What decides.</param>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="checkHealth">Gives the facts.</param>
    /// <param name="hands">Do what was decided.</param>
    public PolicyThread(HeartbeatPolicy policy, MonotonicClock clock, Func<WebSocketHealth> checkHealth, PolicyHands hands)
    {
        _policy = policy;
        _clock = clock;
        _checkHealth = checkHealth;
        _hands = hands;
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "Sync.WebSockets policy" };
    }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Calls the program's factory; what is wrong with it fails Connect.</summary>
    public static HeartbeatPolicy Make(Func<HeartbeatPolicy> make)
    {
        try
        {
            return make() ?? throw new InvalidOperationException("it returned null.");
        }
        catch (Exception e)
        {
            throw new WebSocketConnectException(
                "The HeartbeatPolicy factory of the options failed: " + e.Message, WebSocketConnectStage.Handshake, e, response: null, body: null);
        }
    }

    public void Start(Action<Thread> startThread) => startThread(_thread);

    /// <summary>Has the thread end; does not wait for it.</summary>
    public void Stop()
    {
        using (Hold.On(_sync))
        {
            _stopped = true;
            Monitor.PulseAll(_sync);
        }
    }

    private void Run()
    {
        try
        {
            Deadline next = Deadline.After(_clock, TimeSpan.Zero);
            while (WaitFor(next))
            {
                HeartbeatAction action = _policy.Step(_checkHealth())
                    ?? throw new InvalidOperationException("The HeartbeatPolicy returned null; expected an action, such as HeartbeatAction.Wait.");
                if (action.Kind == HeartbeatActionKind.Fail)
                {
                    _hands.Fail(action.Reason!, null);
                    return;
                }
                // What the action takes is a part of the wait: a message that found no turn must not put the next step off.
                next = Deadline.After(_clock, action.Next);
                _hands.Perform(action);
            }
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            // An abort is the end of the process, not of the connection; as in the reader.
            _hands.Fail("The HeartbeatPolicy threw " + e.GetType().Name + ": " + e.Message, e);
        }
    }

    // False: the connection has ended.
    private bool WaitFor(Deadline deadline)
    {
        using (Hold.On(_sync))
        {
            while (!_stopped)
            {
                int milliseconds = deadline.RemainingMilliseconds;
                if (milliseconds == 0)
                    return true;
                Monitor.Wait(_sync, milliseconds);
            }
            return false;
        }
    }
}
