using System;
using System.Diagnostics;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[Category("R13")]
public sealed class FreedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

#if NET
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);
#else
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);
#endif

    [Test]
    public void Close_frees_every_call_that_is_blocked_at_once_with_the_cause([Values] bool tls) =>
        ShouldBeFreed(tls, "Close", client => client.Close(), WebSocketCloseCause.LocalClose);

    [Test]
    public void Dispose_frees_every_call_that_is_blocked_at_once_with_the_cause([Values] bool tls) =>
        ShouldBeFreed(tls, "Dispose", client => client.Dispose(), WebSocketCloseCause.LocalClose);

    [Test]
    public void Abort_frees_every_call_that_is_blocked_at_once_with_the_cause([Values] bool tls) =>
        ShouldBeFreed(tls, "Abort", client => client.Abort(), WebSocketCloseCause.Aborted);

    private static void ShouldBeFreed(bool tls, string end, Action<WebSocketClient> doEnd, WebSocketCloseCause cause)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClient client = TestClient.Connect(server);
        var watch = new Stopwatch();
        (string Name, Action Call)[] calls =
        [
            ("Send in a write", () => client.Send(new byte[64 << 20])),
            ("Send before its turn", () => client.Send("x")),
            ("Receive", () => client.Receive()),
            ("Receive into a buffer", () => client.Receive(new byte[1], out _, Soon)),
            ("Ping", () => client.Ping()),
            ("Pong", () => client.Pong()),
        ];
        TimeSpan[] freed = new TimeSpan[calls.Length];
        BackgroundRun inWrite = Block(0);
        TestClient.WaitUntilSendIsStuck(client);
        BackgroundRun[] blocked = [.. Enumerable.Range(1, calls.Length - 1).Select(Block)];
        Wait.Until(() => blocked.All(call => call.IsWaiting) && inWrite.IsRunning, "the others wait");

        watch.Start();
        doEnd(client);

        inWrite.Join();
        Array.ForEach(blocked, call => call.Join());
        for (int i = 0; i < calls.Length; i++)
        {
            // Close lets a message that has begun go on, within CloseTimeout, which is a second.
            bool mayFinish = i == 0 && end == "Close";
            freed[i].Should().BeBelow(mayFinish ? TimeSpan.FromSeconds(1.25) : AtOnce, "{0} frees the {1}", end, calls[i].Name);
        }

        BackgroundRun Block(int i) => Run.InBackground(() =>
        {
            WebSocketClosedException ended = TestClient.EndOf(calls[i].Call);
            freed[i] = watch.Elapsed;
            ended.Cause.Should().Be(cause, "{0} ended the {1}", end, calls[i].Name);
        });
    }
}
