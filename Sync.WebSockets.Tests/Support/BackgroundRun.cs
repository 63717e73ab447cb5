using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>Something that runs beside the test. Join it, or what it threw stays unseen.</summary>
internal sealed class BackgroundRun
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    private readonly Thread _thread;
    private ExceptionDispatchInfo? _error;

    public BackgroundRun(Action action)
    {
        _thread = new Thread(() => Guard(action)) { IsBackground = true, Name = "test, in background" };
        _thread.Start();
    }

    public bool IsRunning => _thread.IsAlive;

    /// <summary>Whether it is blocked in a wait at this moment.</summary>
    public bool IsWaiting => _thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin);

    public void Interrupt() => _thread.Interrupt();

    /// <summary>Whether it ends within the time: for what must not end, a time as short as a wrong end would take.</summary>
    public bool EndsWithin(TimeSpan time) => _thread.Join(time);

    /// <summary>Waits for the end and throws what was thrown there.</summary>
    public void Join(TimeSpan? deadline = null)
    {
        TimeSpan bound = deadline ?? DefaultDeadline;
        if (!_thread.Join(bound))
            throw new TimeoutException($"What ran in the background did not end within {bound}.");
        _error?.Throw();
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }
    }
}
