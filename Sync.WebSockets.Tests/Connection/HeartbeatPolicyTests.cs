using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class HeartbeatPolicyTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Policy_sees_the_facts_and_its_reason_is_in_the_exception()
    {
        using ScriptedServer server = TestServer.Echo();
        ScriptedPolicy policy = new(health => health.Latency is null || health.UnansweredPings > 0
            ? HeartbeatAction.Ping(Often)
            : HeartbeatAction.Fail("the stock exchange is closed"));
        using WebSocketClient client = Connect(server, policy);

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
        end.Message.Should().Contain("the stock exchange is closed");
        end.InnerException.Should().BeNull();
        WebSocketHealth[] seen = [.. policy.Seen];
        seen[0].Latency.Should().BeNull();
        seen[0].Age.Should().BeBelow(TimeSpan.FromSeconds(5));
        seen.Last().Latency!.Value.Should().BePositive();
        seen.Select(health => health.Age).Should().BeInAscendingOrder();
        seen.Should().OnlyContain(health => health.State == WebSocketState.Open);
    }

    [Test]
    public void Policy_is_asked_again_when_it_said_and_not_before()
    {
        TimeSpan wait = TimeSpan.FromMilliseconds(300);
        using ScriptedServer server = TestServer.Echo();
        ScriptedPolicy policy = new(_ => HeartbeatAction.Wait(wait));
        using WebSocketClient client = Connect(server, policy);

        Wait.Until(() => policy.Seen.Count == 4, "the policy was asked four times");

        WebSocketHealth[] seen = [.. policy.Seen];
        for (int i = 1; i < 4; i++)
            (seen[i].Age - seen[i - 1].Age).Should().BeGreaterThanOrEqualTo(wait - Often).And.BeBelow(wait + TimeSpan.FromMilliseconds(250));
    }

    [Test]
    public void Infinite_wait_is_never_asked_again_and_ends_with_the_connection()
    {
        using ScriptedServer server = TestServer.Echo();
        ScriptedPolicy policy = new(_ => HeartbeatAction.Wait(Never));
        WebSocketClient client = Connect(server, policy);
        Wait.Until(() => policy.Seen.Count == 1, "the policy was asked");

        client.WaitForClose(TimeSpan.FromMilliseconds(300)).Should().BeFalse();
        policy.Seen.Should().HaveCount(1);
        client.Dispose();

        ShouldLeaveNoPolicyThread();
    }

    [Test]
    public void Actions_of_a_policy_are_on_the_wire()
    {
        HeartbeatAction[] actions =
        [
            HeartbeatAction.Ping(Often),
            HeartbeatAction.Pong(Often),
            HeartbeatAction.Send(WebSocketMessage.FromText("ä"), Often),
            HeartbeatAction.Send(WebSocketMessage.FromBinary([7]), Often),
        ];
        int step = 0;
        int[] opcodes = new int[4];
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < 4; i++)
                opcodes[i] = connection.ReadFrame()!.Opcode;
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = Connect(server, new ScriptedPolicy(_ => step < 4 ? actions[step++] : HeartbeatAction.Wait(Never)));

        Wait.Until(() => opcodes[3] != 0, "four frames have come");

        opcodes.Should().Equal(Op.Ping, Op.Pong, Op.Text, Op.Binary);
    }

    [Test]
    public void Exception_of_a_policy_ends_its_connection_and_is_the_inner_exception()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server, new ScriptedPolicy(_ => throw new FormatException("oops")));

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
        end.Message.Should().Contain("FormatException").And.Contain("oops");
        end.InnerException.Should().BeOfType<FormatException>();
    }

    [Test]
    public void Null_of_a_policy_ends_its_connection_and_says_what_was_expected()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server, new ScriptedPolicy(_ => null!));

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
        end.Message.Should().Contain("returned null").And.Contain("HeartbeatAction.Wait");
    }

    private static readonly Action<WebSocketClient>[] BlockingCalls =
    [
        client => client.Close(),
        client => client.Send("x"),
        client => client.Send([1]),
        client => client.Receive(),
        client => client.Receive(TimeSpan.FromSeconds(1)),
        client => client.TryReceive(TimeSpan.FromSeconds(1), out _),
        client => client.Receive(new byte[10], out _, TimeSpan.FromSeconds(1)),
        client => client.Ping(),
        client => client.Pong(),
        client => client.WaitForClose(TimeSpan.FromSeconds(1)),
    ];

    [Test]
    [Category("R8")]
    public void Call_of_the_own_client_that_would_block_is_refused([Range(0, 9)] int call)
    {
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient? own = null;
        using WebSocketClient client = Connect(server, new ScriptedPolicy(_ =>
        {
            if (own is not null)
                BlockingCalls[call](own);
            return HeartbeatAction.Wait(Often);
        }));
        Volatile.Write(ref own, client);

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        end.Cause.Should().Be(WebSocketCloseCause.PolicyFailed);
        end.InnerException.Should().BeOfType<InvalidOperationException>();
        end.Message.Should().Contain("return an action instead");
    }

    [Test]
    [Category("R8")]
    public void Call_of_the_own_client_that_does_not_block_is_allowed()
    {
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient? own = null;
        WebSocketHealth? health = null;
        using WebSocketClient client = Connect(server, new ScriptedPolicy(_ =>
        {
            health = own?.CheckHealth();
            if (health is not null)
                own!.Abort();
            return HeartbeatAction.Wait(Often);
        }));
        Volatile.Write(ref own, client);

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.Aborted);

        health!.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    [Category("R8")]
    public void Dispose_by_the_policy_itself_returns_at_once()
    {
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient? own = null;
        WebSocketClient client = Connect(server, new ScriptedPolicy(_ =>
        {
            own?.Dispose();
            return HeartbeatAction.Wait(Often);
        }));
        Volatile.Write(ref own, client);

        client.WaitForClose(Soon).Should().BeTrue();

        ShouldLeaveNoPolicyThread();
    }

    private static WebSocketClient Connect(ScriptedServer server, HeartbeatPolicy policy) =>
        TestClient.Connect(server, options => options.HeartbeatPolicy = () => policy);

    private static void ShouldLeaveNoPolicyThread()
    {
        Resources.WaitForLibraryThreads();
    }
}
