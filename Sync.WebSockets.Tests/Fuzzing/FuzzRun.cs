using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using NUnit.Framework;
using Sync.WebSockets.Support;
using static System.FormattableString;

namespace Sync.WebSockets.Fuzzing;

// Threads: the run counts on a thread of its own; the test's thread only watches whether _seed moves.

/// <summary>
/// Runs a check over many random inputs. Each has a seed, and a failure names it. A normal run takes the same inputs each time; with
/// SYNC_WEBSOCKETS_LONG=1 it takes a hundred times as many, other ones each time.
/// </summary>
internal sealed class FuzzRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(20);

    private readonly Action<Random> _check;
    private readonly int _count;
    private int _seed;
    private Exception? _thrown;

    private FuzzRun(int count, Action<Random> check)
    {
        _check = check;
        _count = LongRun.Or(Machine.IsMono ? count / 10 : count, full: count * 100); // Mono takes ten times as long.
    }

    /// <summary>Fails when the check throws, even what it catches itself, or takes longer than 100 ms.</summary>
    public static void Of(int count, Action<Random> check) => new FuzzRun(count, check).Run(mayThrow: false);

    /// <summary>The same for code that may throw and catch.</summary>
    public static void OfThrowing(int count, Action<Random> check) => new FuzzRun(count, check).Run(mayThrow: true);

    private void Run(bool mayThrow)
    {
        int first = LongRun.Or(1, full: Guid.NewGuid().GetHashCode());
        Volatile.Write(ref _seed, first);
        var watch = Stopwatch.StartNew();
        BackgroundRun run = Support.Run.InBackground(() => RunAll(first, mayThrow));
        for (int seen = first - 1; !run.EndsWithin(Stuck);)
        {
            int now = Volatile.Read(ref _seed);
            if (now == seen)
                throw new TimeoutException(Invariant($"The input of seed {now} does not end."));
            seen = now;
        }

        run.Join();
        TestContext.Progress.WriteLine(Invariant(
            $"{TestContext.CurrentContext.Test.Name}: {_count} inputs from seed {first}, {_count / watch.Elapsed.TotalSeconds:F0} a second"));
    }

    private void RunAll(int first, bool mayThrow)
    {
        int thread = Environment.CurrentManagedThreadId;
        EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs> note = (_, raised) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
                _thrown ??= raised.Exception;
        };
        if (!mayThrow)
            AppDomain.CurrentDomain.FirstChanceException += note;
        try
        {
            for (int i = 0; i < _count; i++)
                RunOne(unchecked(first + i));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= note;
        }
    }

    private void RunOne(int seed)
    {
        Volatile.Write(ref _seed, seed);
        TimeSpan taken;
        try
        {
            taken = Elapsed.Of(() => _check(new Random(seed)));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(Invariant($"Seed {seed}: {e.Message}"), e);
        }

        if (_thrown is not null)
            throw new InvalidOperationException(Invariant($"Seed {seed} threw inside: {_thrown.Message}"), _thrown);
        // On a busy machine anything may take long; what is slow for its own sake takes the processor, each time.
        if (taken > Longest && Enumerable.Range(0, 5).Min(_ => ProcessorTimeOf(seed)) > Longest)
            throw new TimeoutException(Invariant($"Seed {seed} takes longer than {Longest}."));
    }

    private TimeSpan ProcessorTimeOf(int seed)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        _check(new Random(seed));
        process.Refresh();
        return process.TotalProcessorTime - before;
    }
}
