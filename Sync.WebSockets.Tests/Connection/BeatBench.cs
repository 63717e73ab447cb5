using System;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>The beat of a connection with a gate and a sender, in a time that the test makes.</summary>
internal sealed class BeatBench : IDisposable
{
    private const int MostSteps = 100_000;

    private readonly ManualTime _time = new();
    private readonly ConnectionBeat _beat;

    public BeatBench(WebSocketClientOptions options)
    {
        Gate = new GateBench(new MonotonicClock(_time));
        PingLedger pings = new(firstId: 0);
        Life = new ConnectionLife(Gate.Link, Gate.Clock, new LifeRecorder());
        Sender = new MessageSender(Gate.Gate, Gate.Link, Gate.Clock, options, torn: _ => { }, boundSet: _ => { });
        Inbox = new Inbox(options.ReceiveQueueBytes, Gate.Clock);
        ReaderLoop reader = new(
            Gate.Link, Gate.Clock, Inbox, Gate.Gate, pings, Life, new ConnectionCounters(), options, inflater: null, onFrame: null);
        _beat = new ConnectionBeat(Gate.Link, Gate.Clock, Gate.Gate, Sender, pings, reader, Life, options, ClientEnvironment.Default.StartThread, phase: 0);
    }

    public GateBench Gate { get; }

    public Inbox Inbox { get; }

    public ConnectionLife Life { get; }

    public MessageSender Sender { get; }

    public TimeSpan Now => TimeSpan.FromTicks(Gate.Clock.Now);

    public void Advance(TimeSpan time) => _time.Advance(time);

    /// <summary>Runs a step, and returns when the next one is due, from now.</summary>
    public TimeSpan Step() => TimeSpan.FromTicks(_beat.Step(Gate.Clock.Now) - Gate.Clock.Now);

    /// <summary>Runs steps, each when it is due or so much later, until the connection ends or the time is over.</summary>
    public void RunUntilEnd(TimeSpan most, TimeSpan late = default)
    {
        TimeSpan end = Now + most;
        for (int step = 0; Life.Ending is null && Now < end; step++)
        {
            if (step == MostSteps)
                throw new InvalidOperationException("The steps never end.");
            TimeSpan wait = Step();
            if (Life.Ending is null && wait > TimeSpan.Zero)
                Advance(wait + late);
        }
    }

    public void Dispose() => Gate.Dispose();
}
