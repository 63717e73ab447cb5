using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>One connection of the race, and all that its callers met.</summary>
internal sealed class EndRaceRound : IDisposable
{
    // Five threads meet on a busy machine, so the promised figures are measured elsewhere, one call at a time. Here a wake-up that was
    // lost shows, which the safety nets of the library mend after five seconds.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(4);

    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<WebSocketCloseCause> _causes = new();
    private readonly WebSocketClient _client;
    private readonly EndRacePeer _peer;

    public EndRaceRound(EndRaceServer server) => (_client, _peer) = server.Connect();

    public string Log => string.Join("; ", _log);

    /// <summary>A caller: a few calls, the last of which mostly ends the connection.</summary>
    public void Call(Random random)
    {
        for (int left = random.Next(3); left > 0; left--)
            Call(random.Next(5));
        Call(random.Next(9));
    }

    /// <summary>The server, or something between.</summary>
    public void Interfere(Random random)
    {
        Act(random.Next(8));
        Act(random.Next(12));
    }

    /// <summary>Once all calls have returned: what was wrong; empty for nothing.</summary>
    public string Finish()
    {
        Call(6);
        if (!_client.WaitForClose(TimeSpan.Zero))
            _problems.Enqueue("the connection has not ended after Close");
        Call(0);
        if (_causes.Distinct().Count() > 1)
            _problems.Enqueue("more than one cause: " + string.Join(", ", _causes));
        bool aborted = _causes.Any(cause => cause == WebSocketCloseCause.Aborted);
        if (!_causes.IsEmpty && _client.State != (aborted ? WebSocketState.Aborted : WebSocketState.Closed))
            _problems.Enqueue("the state is " + _client.State + " after " + _causes.First());
        if (_client.State is not (WebSocketState.Closed or WebSocketState.Aborted))
            _problems.Enqueue("the state is " + _client.State);
        Dispose();
        if (!_peer.WaitUntilServed(TimeSpan.FromSeconds(10)))
            _problems.Enqueue("the server still waits for the client");
        if (_peer.Fault is { } fault)
            _problems.Enqueue(fault);
        return string.Join("; ", _problems);
    }

    public void Dispose() => _client.Dispose();

    private void Act(int action)
    {
        _log.Enqueue(FormattableString.Invariant($"server: {action} begins"));
        _log.Enqueue(_peer.Act(action));
    }

    private void Call(int call)
    {
        Do(call switch
        {
            0 => ("Send", () => _client.Send("text")),
            1 => ("long Send", () => _client.Send(new byte[300_000])),
            2 => ("Ping", () => _client.Ping(TimeSpan.FromMilliseconds(50))),
            3 => ("Receive", () => _client.Receive(TimeSpan.FromMilliseconds(5))),
            4 => ("Pong", () => _client.Pong()),
            5 => ("endless Receive", () =>
            {
                // Ended by whoever ends the connection; if nobody does, by this.
                if (!_client.TryReceive(TimeSpan.FromMilliseconds(200), out _))
                    _client.Abort();
            }
            ),
            6 => ("Close", _client.Close),
            7 => ("Abort", _client.Abort),
            _ => ("Dispose", (Action)_client.Dispose),
        });
    }

    private void Do((string Name, Action Run) call)
    {
        _log.Enqueue(call.Name + " begins");
        var watch = Stopwatch.StartNew();
        string result = "done";
        try
        {
            call.Run();
        }
        catch (WebSocketClosedException e)
        {
            result = e.Cause.ToString();
            _causes.Enqueue(e.Cause);
        }
        catch (Exception e) when (e is ObjectDisposedException || (e is TimeoutException && call.Name is "Ping" or "Receive"))
        {
            result = e.GetType().Name;
        }
        catch (Exception e)
        {
            _problems.Enqueue(call.Name + " threw " + e);
        }
        TimeSpan elapsed = watch.Elapsed;
        _log.Enqueue(FormattableString.Invariant($"{call.Name}: {result} in {elapsed.TotalMilliseconds:0} ms"));
        if (elapsed > Bound && elapsed > Bound + Machine.StalledDuring(elapsed) + Machine.StalledDuring(elapsed))
            _problems.Enqueue(call.Name + " took " + elapsed);
    }
}
