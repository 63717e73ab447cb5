using System.Threading;

namespace Sync.WebSockets.Transport;

// Thread.Interrupt breaks into a lock statement that has to wait. A lock that is needed to give something back (a turn, the gate, a
// wake-up) must not fail like that, or what it guards stays taken for ever. So an interrupt is put off here, and strikes again at the
// next wait that can be left.

/// <summary>A lock held until Dispose, which an interrupt cannot keep from being taken: <c>using (Hold.On(_sync)) { ... }</c>.</summary>
internal readonly ref struct Hold
{
    private readonly object? _sync;

    private Hold(object sync) => _sync = sync;

    public static Hold On(object sync)
    {
        if (!Monitor.TryEnter(sync))
            EnterSlowly(sync);
        return new Hold(sync);
    }

    public void Dispose()
    {
        if (_sync is not null)
            Monitor.Exit(_sync);
    }

    private static void EnterSlowly(object sync)
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                Monitor.Enter(sync);
                break;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
        if (interrupted)
            Thread.CurrentThread.Interrupt();
    }
}
