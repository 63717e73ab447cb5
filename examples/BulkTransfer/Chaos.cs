using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Sync.WebSockets.Support;

namespace BulkTransfer;

/// <summary>
/// Cuts the connection so many times: when a random number of rows is written, and then behind a random number of bytes, which as a rule is in
/// the midst of a message. Any thread.
/// </summary>
internal sealed class Chaos : IDisposable
{
    // The last fifth of the rows is left in peace, so that there is a connection to be cut for each cut.
    private const double LastAt = 0.8;
    // Up to about two batches: a row takes some 16 bytes on the wire.
    private const int MostBytesPerRow = 32;

    private readonly Uri _server;
    private readonly Random _random;
    private readonly int _mostBytes;

    // Guards all below. Nothing that blocks is done under it.
    private readonly Lock _lock = new();
    private readonly Queue<long> _cutAt;
    private readonly int[] _cuts = new int[Enum.GetValues<CutKind>().Length];
    private FaultProxy? _proxy; // Null: no connection, or one that has been cut.
    private long _rows;

    // Connecting thread only.
    private FaultProxy? _last;

    /// <param name="server">Where it really goes.</param>
    /// <param name="settings">How often, over how many rows, and the seed.</param>
    public Chaos(Uri server, Settings settings)
    {
        _server = server;
        _random = new Random(settings.Seed);
        _mostBytes = settings.BatchRows * MostBytesPerRow;
        long last = (long)(settings.Rows * LastAt);
        _cutAt = new Queue<long>(Enumerable.Range(0, settings.Cuts).Select(_ => _random.NextInt64(last)).Order());
    }

    /// <summary>Where the next connection goes: each has a proxy of its own.</summary>
    public Uri Next()
    {
        _last?.Dispose();
        _last = new FaultProxy(_server);
        return _last.Uri;
    }

    public void Connected()
    {
        lock (_lock)
        {
            _proxy = _last;
            CutIfDue_NeedsLock();
        }
    }

    /// <param name="rows">How many are written.</param>
    public void Progressed(long rows)
    {
        lock (_lock)
        {
            _rows = rows;
            CutIfDue_NeedsLock();
        }
    }

    public void Dispose() => _last?.Dispose();

    public override string ToString()
    {
        lock (_lock)
        {
            return FormattableString.Invariant(
                $"{_cuts.Sum()} cuts ({string.Join(", ", Enum.GetValues<CutKind>().Select(kind => FormattableString.Invariant($"{_cuts[(int)kind]} {kind}")))})");
        }
    }

    private void CutIfDue_NeedsLock()
    {
        if (_proxy is null || !_cutAt.TryPeek(out long due) || due > _rows)
            return;
        _cutAt.Dequeue();
        CutKind kind = (CutKind)_random.Next(_cuts.Length);
        _cuts[(int)kind]++;
        Cut(_proxy, kind, _random.Next(_mostBytes));
        _proxy = null;
    }

    private static void Cut(FaultProxy proxy, CutKind kind, int afterBytes)
    {
        switch (kind)
        {
            case CutKind.Fin:
                proxy.ToClient.EndAfter(afterBytes, LaneEnd.Fin);
                break;
            case CutKind.Reset:
                proxy.ToClient.EndAfter(afterBytes, LaneEnd.Reset);
                break;
            case CutKind.Blackhole:
                proxy.ToServer.Hold();
                proxy.ToClient.HoldAfter(afterBytes);
                break;
        }
    }
}
