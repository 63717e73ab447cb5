using System.Diagnostics;
using System.Threading;
using Sync.WebSockets;

namespace BulkTransfer;

/// <summary>Adds up what happens on all connections. Any thread.</summary>
internal sealed class Meter
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    // Guards all below.
    private readonly Lock _lock = new();
    private WebSocketClient? _connection;
    private Figures _total; // Without the bytes of the connection.
    private int _connections;

    public Figures Now
    {
        get
        {
            lock (_lock)
            {
                return Folded() with { Reconnects = int.Max(0, _connections - 1), Elapsed = _watch.Elapsed };
            }
        }
    }

    public void Connected(WebSocketClient connection)
    {
        lock (_lock)
        {
            _total = Folded();
            _connection = connection;
            _connections++;
        }
    }

    /// <summary>A batch has come, and so many of its rows were new.</summary>
    public void Received(int newRows)
    {
        lock (_lock)
        {
            _total = newRows == 0
                ? _total with { Repeated = _total.Repeated + 1 }
                : _total with { Batches = _total.Batches + 1, Rows = _total.Rows + newRows };
        }
    }

    // The statistics of a connection stay readable when it has ended.
    private Figures Folded()
    {
        if (_connection?.GetStatistics() is not { } last)
            return _total;
        return _total with
        {
            WireBytes = _total.WireBytes + last.WireBytesReceived,
            PayloadBytes = _total.PayloadBytes + last.PayloadBytesReceived,
        };
    }
}
