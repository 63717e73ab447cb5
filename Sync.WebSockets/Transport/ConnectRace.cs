using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Sync.WebSockets.Transport;

// A blocking connect cannot be given up and resumed, so each address has a thread of its own, which ends with its connect: when a winner is
// there, the sockets of the others are disposed, and that frees them.
//
// Lock: _sync guards every field but _started, which is the dialling thread's. Sockets are made, connected and disposed outside of it. A socket
// belongs to its thread until that has put it into _winner; what is in _running may be disposed by whoever ends the race.

/// <summary>
/// Happy eyeballs (RFC 8305, 5): connects to the addresses in their order, each a quarter of a second after the one before, or as soon as that
/// one has failed; the first connection that opens is taken. Disposing ends the race.
/// </summary>
internal sealed class ConnectRace(IReadOnlyList<EndPoint> endPoints, Func<EndPoint, Socket> createSocket, ClientEnvironment environment) : IDisposable
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private readonly object _sync = new();
    private readonly HashSet<Socket> _running = [];
    private readonly Exception?[] _failures = new Exception?[endPoints.Count];
    private Socket? _winner;
    private int _started;
    private int _failed;
    private bool _over;

    /// <summary>Why each address failed, in their order; null where it did not.</summary>
    public IReadOnlyList<Exception?> Failures => _failures;

    /// <summary>Dialling thread: blocks until a connection is open, or none can be any more (null), or the race is disposed (ODE).</summary>
    public Socket? Run()
    {
        Socket? winner = null;
        while (winner is null && _started < endPoints.Count)
        {
            Start(_started);
            winner = WaitForWinner(HeadStart, () => _failures[_started - 1] is not null);
        }
        return winner ?? WaitForWinner(Timeout.InfiniteTimeSpan, () => _failed == endPoints.Count);
    }

    /// <summary>Lets nobody win any more. True: there are attempts to be freed.</summary>
    public bool End()
    {
        using (Hold.On(_sync))
        {
            _over = true;
            return _running.Count > 0;
        }
    }

    /// <summary>Any thread: frees every attempt that has not won.</summary>
    public void Dispose()
    {
        List<Socket> losers;
        using (Hold.On(_sync))
        {
            _over = true;
            losers = [.. _running];
            Monitor.PulseAll(_sync);
        }
        losers.ForEach(socket => socket.Dispose());
    }

    private void Start(int index)
    {
        _started++;
        try
        {
            SharedThread.Start("attempt to connect", () => Connect(index), environment.StartThread);
        }
        catch (Exception e)
        {
            Fail(index, e);
        }
    }

    private void Connect(int index)
    {
        Socket? socket = null;
        try
        {
            socket = createSocket(endPoints[index]);
            if (!TryEnter(socket))
                return;
            socket.Connect(endPoints[index]);
            if (TryWin(socket))
                socket = null;
        }
        catch (Exception e)
        {
            Fail(index, e);
        }
        finally
        {
            Leave(socket);
        }
    }

    private bool TryEnter(Socket socket)
    {
        using (Hold.On(_sync))
            return !_over && _running.Add(socket);
    }

    private bool TryWin(Socket socket)
    {
        using (Hold.On(_sync))
        {
            _running.Remove(socket);
            if (_over)
                return false;
            _over = true;
            _winner = socket;
            Monitor.PulseAll(_sync);
            return true;
        }
    }

    private void Fail(int index, Exception failure)
    {
        using (Hold.On(_sync))
        {
            _failures[index] = failure;
            _failed++;
            Monitor.PulseAll(_sync);
        }
    }

    private void Leave(Socket? socket)
    {
        if (socket is null)
            return;
        using (Hold.On(_sync))
            _running.Remove(socket);
        socket.Dispose();
    }

    // Null: the time is up, or it is in vain.
    private Socket? WaitForWinner(TimeSpan time, Func<bool> isInVain)
    {
        Deadline deadline = Deadline.After(environment.Clock, time);
        using (Hold.On(_sync))
        {
            while (!_over && !isInVain() && deadline.RemainingMilliseconds is not 0 and var milliseconds)
                Monitor.Wait(_sync, milliseconds);
            if (_over && _winner is null)
                throw new ObjectDisposedException(nameof(ConnectRace), "Nobody waits for this connection any more.");
            return _winner;
        }
    }
}
