using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Examples;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Speed;

/// <summary>What a client asks of the system, read from the trace of one in a process of its own.</summary>
[TestFixture]
[Platform("Linux", Reason = "strace traces there.")]
[CancelAfter(120_000)]
internal sealed class SystemCallTests
{
    private const int Burst = 1000;
    private const int Sends = 100;
    private const int RoundTrips = 500;

    // What the runtime may do meanwhile.
    private const int Few = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private Strace _trace = null!;

    [OneTimeSetUp]
    public void Trace()
    {
        // The second kind has memory of its own.
        byte[] message = [0x82, 64, .. new byte[64]];
        byte[][] bursts = [Repeat(message), Repeat([0x02, 32, .. new byte[32], 0x80, 32, .. new byte[32]]), message];
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            while (connection.ReadFrame() is { } frame)
            {
                if (frame.Opcode == Op.Close)
                    connection.SendFrame(Op.Close, frame.Payload);
                else if (frame.Payload.Length == 1)
                    connection.SendRaw(bursts[frame.Payload[0]]);
            }
        });
        _trace = Strace.Of(Longest, "dotnet", ExampleProcess.PathOf("TracedClient"), server.Uri.ToString());
    }

    [Test]
    public void Receive_that_finds_a_message_makes_no_call() =>
        Caller("receive", "send").Should().HaveCountLessThan(Few, "so many messages were there: {0}", Burst);

    [Test]
    public void Send_of_a_short_message_is_one_call()
    {
        IReadOnlyList<string> calls = Caller("send", "order");

        calls.Count(call => call is "sendto" or "sendmsg" or "write").Should().Be(Sends);
        calls.Should().HaveCountLessThan(Sends + Few);
    }

    [TestCase("order", "fragments")]
    [TestCase("fragments", "round trips")]
    public void Receiver_that_waits_is_woken_for_what_came_at_once_and_not_for_each_message(string from, string to)
    {
        SystemCall[] calls = [.. _trace.Between("/mark/2/" + from, "/mark/2/" + to)];
        string reader = calls.Last(call => call.Name is "recvfrom" or "recvmsg" or "read").Thread;

        calls.Count(call => call.Thread == reader && call.Name == "futex" && call.Arguments.Contains("WAKE", StringComparison.Ordinal))
            .Should().BeLessThan(Burst / 10);
    }

    [Test]
    public void Round_trips_wake_nobody()
    {
        SystemCall[] calls = [.. _trace.Between("/mark/2/round trips", "/mark/2/end")];
        string caller = _trace.ThreadOf("/mark/2/round trips");

        // Some of the first ones are the reader's, and those that the traced server is slow to answer.
        calls.Count(call => call.Thread == caller && (call.Name is "recvfrom" or "recvmsg")).Should().BeGreaterThan(RoundTrips * 3 / 4);
        calls.Count(call => call.Name == "futex" && call.Arguments.Contains("WAKE", StringComparison.Ordinal)).Should().BeLessThan(RoundTrips / 2);
    }

    private static byte[] Repeat(byte[] message) => [.. Enumerable.Repeat(message, Burst).SelectMany(octets => octets)];

    // The calls of the thread that sends and receives.
    private List<string> Caller(string from, string to)
    {
        SystemCall[] calls = [.. _trace.Between("/mark/2/" + from, "/mark/2/" + to)];
        return [.. calls.Where(call => call.Thread == _trace.ThreadOf("/mark/2/" + from)).Select(call => call.Name)];
    }
}
