using System;
using System.Diagnostics;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// One direction through the fault proxy: what becomes of its bytes. Every fault can be set from any thread while bytes flow; byte
/// counts begin where the fault is set, so a test need not know how long the handshakes were.
/// </summary>
internal sealed class Lane
{
    // A drip is handed on in pieces of a twentieth of a second, so that nobody sees a burst per second.
    private const int PiecesPerSecond = 20;

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    // Guards all below; pulsed at each change.
    private readonly object _lock = new();
    private bool _stopped;
    private bool _held;
    private long _holdAt = long.MaxValue;
    private long _endAt = long.MaxValue;
    private LaneEnd _end;
    private int? _bytesPerSecond;
    private TimeSpan _delay;
    private TimeSpan _next;
    private long _forwarded;

    /// <summary>How many bytes were handed on so far.</summary>
    public long Forwarded
    {
        get
        {
            lock (_lock)
                return _forwarded;
        }
    }

    /// <summary>How the lane ends when its byte count is reached.</summary>
    public LaneEnd End
    {
        get
        {
            lock (_lock)
                return _end;
        }
    }

    /// <summary>Hands nothing on any more, neither bytes nor the end of the stream; the sockets stay open.</summary>
    public void Hold() => Change(() => _held = true);

    /// <inheritdoc cref="Hold"/>
    public void HoldAfter(long bytes) => Change(() => _holdAt = _forwarded + bytes);

    /// <summary>Hands on what was held, and goes on.</summary>
    public void Release() => Change(() =>
    {
        _held = false;
        _holdAt = long.MaxValue;
    });

    /// <summary>Ends the lane behind so many more bytes, at the moment at which the next one would follow.</summary>
    public void EndAfter(long bytes, LaneEnd end) => Change(() =>
    {
        _endAt = _forwarded + bytes;
        _end = end;
    });

    /// <summary>Bounds the speed; null: no bound.</summary>
    public void Drip(int? bytesPerSecond) => Change(() =>
    {
        _bytesPerSecond = bytesPerSecond;
        _next = _clock.Elapsed;
    });

    /// <summary>Each piece waits so long before it is handed on, the next one behind it.</summary>
    public void Delay(TimeSpan time) => Change(() => _delay = time);

    /// <summary>Frees whoever waits here; the proxy is at its end.</summary>
    public void Stop() => Change(() => _stopped = true);

    /// <summary>Waits until bytes may pass, and returns how many of them; 0: the lane ends here.</summary>
    public int Admit(int available)
    {
        lock (_lock)
        {
            Await(_delay);
            WaitWhileHeld();
            while (_bytesPerSecond is not null && _next > _clock.Elapsed)
            {
                Monitor.Wait(_lock, Milliseconds(_next - _clock.Elapsed));
                WaitWhileHeld();
            }

            int admitted = (int)Math.Min(Piece(available), Math.Min(_endAt, _holdAt) - _forwarded);
            if (_bytesPerSecond is { } speed)
                _next += TimeSpan.FromSeconds((double)admitted / speed);
            _forwarded += admitted;
            return admitted;
        }
    }

    /// <summary>Waits until the lane is open; what is no byte passes here.</summary>
    public void AwaitOpen()
    {
        lock (_lock)
            WaitWhileHeld();
    }

    private static int Milliseconds(TimeSpan time) => (int)Math.Ceiling(Math.Max(0, time.TotalMilliseconds));

    private int Piece(int available) => _bytesPerSecond is { } speed ? Math.Min(available, Math.Max(1, speed / PiecesPerSecond)) : available;

    private void Await(TimeSpan time)
    {
        TimeSpan end = _clock.Elapsed + time;
        while (!_stopped && end > _clock.Elapsed)
            Monitor.Wait(_lock, Milliseconds(end - _clock.Elapsed));
    }

    // The end goes before the hold: a lane that is to be cut at the byte at which it would be held is cut.
    private void WaitWhileHeld()
    {
        while (!_stopped && (_held || (_forwarded >= _holdAt && _forwarded < _endAt)))
            Monitor.Wait(_lock);
        if (_stopped)
            throw new ObjectDisposedException(nameof(FaultProxy));
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Monitor.PulseAll(_lock);
        }
    }
}
