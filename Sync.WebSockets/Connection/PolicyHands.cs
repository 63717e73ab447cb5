using System;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>Does what a connection's own heartbeat policy wants. Policy thread only.</summary>
internal sealed class PolicyHands(SendGate gate, PingLedger pings, MonotonicClock clock, ConnectionLife life, SendMessage send)
{
    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(1);

    // The newest ping and pong of the policy; while one waits for the gate, another is not worth posting.
    private ControlRequest? _ping;
    private ControlRequest? _pong;

    public void Perform(HeartbeatAction action)
    {
        switch (action.Kind)
        {
            case HeartbeatActionKind.Ping when _ping is not { WrittenAt: 0 }:
                Post(_ping = pings.NewHeartbeatPing(clock.Now));
                break;
            case HeartbeatActionKind.Pong when _pong is not { WrittenAt: 0 }:
                Post(_pong = new ControlRequest(Opcode.Pong, [], pingId: 0, clock.Now));
                break;
            case HeartbeatActionKind.Send:
                Send(action);
                break;
        }
    }

    /// <summary>The policy gave up or failed: ends the connection.</summary>
    public void Fail(string reason, Exception? exception)
    {
        if (!life.TryEnd(new Ending(WebSocketCloseCause.PolicyFailed, reason, exception)))
            return;
        life.MustFinish(clock.After(TimeToClose));
        gate.PostClose(new WebSocketCloseFrame(WebSocketCloseStatus.PolicyViolation, null));
        gate.TryFlush();
    }

    private void Post(ControlRequest request)
    {
        gate.Post(request);
        gate.TryFlush();
    }

    // The policy has to go on judging, so its own message must not wait for ever behind a Send that is stuck: one that finds no turn
    // until the next step is left out.
    private void Send(HeartbeatAction action)
    {
        Opcode opcode = action.Message.MessageType == WebSocketMessageType.Text ? Opcode.Text : Opcode.Binary;
        try
        {
            send(action.Next, action.Message.Data, opcode);
        }
        catch (Exception e) when (e is TimeoutException or WebSocketClosedException)
        {
            // Left out, or too late: the next step sees the facts.
        }
    }
}
