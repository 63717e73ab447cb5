using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Several threads at one gate, let go at the same moment thousands of times. A failure prints the seed.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class SendGateRaceTests
{
    private static readonly byte[] Data = [0x82, 0x80, 0, 0, 0, 0];

    [Test]
    public void Posted_frames_are_never_forgotten_whoever_leaves_the_gate_when([Values(1, 2, 3)] int seed)
    {
        const int rounds = 4000;
        using GateBench bench = new();
        ControlRequest[] pings = new ControlRequest[rounds];
        Race race = new(seed, rounds);
        race.Add(round =>
        {
            if (round % 2 == 0)
                SendEmptyFrame(bench);
            else
                bench.Gate.TryFlush();
        });
        race.Add(round =>
        {
            pings[round] = bench.Post(bench.Ping());
            bench.Gate.TryFlush();
        });
        race.Add(round =>
        {
            bench.Gate.PostPong(BitConverter.GetBytes(round));
            bench.Gate.TryFlush();
        });
        int answered = -1;
        int written = 0;
        race.AfterEach(round =>
        {
            bench.Gate.IsHeld.Should().BeFalse();
            pings[round].WrittenAt.Should().NotBe(0, "the ping of round {0} (seed {1}) was posted", round, seed);
            written = bench.Events.Controls.Count;
            written.Should().Be((round + 1) * 2, "ping and pong of each round go out once (round {0}, seed {1})", round, seed);
            answered = round;
        });

        race.Run();

        answered.Should().Be(rounds - 1);
        List<ServerFrame> frames = bench.Wire.Frames;
        frames.Count(f => f.Opcode == Op.Binary).Should().Be(rounds / 2);
        frames.Where(f => f.Opcode == Op.Pong).Select(f => BitConverter.ToInt32(f.Payload, 0)).Should().Equal(Enumerable.Range(0, rounds));
    }

    [Test]
    public void Link_is_freed_once_and_by_the_last_who_uses_it([Values(1, 2, 3)] int seed)
    {
        const int rounds = 400;
        GateBench bench = new();
        Race race = new(seed, rounds);
        race.Add(_ => SendEmptyFrame(bench));
        race.Add(_ =>
        {
            bench.Gate.PostPong([1]);
            bench.Gate.TryFlush();
        });
        race.Add(_ => bench.Gate.Free());
        race.AfterEach(round =>
        {
            bench.Wire.Disposals.Should().Be(1, "round {0}, seed {1}", round, seed);
            bench.Wire.WasWrittenAfterDispose.Should().BeFalse("round {0}, seed {1}", round, seed);
            bench.Dispose();
            bench = new GateBench();
        });

        race.Run();
        bench.Dispose();
    }

    [Test]
    public void Close_is_the_last_frame_and_goes_out_once([Values(1, 2, 3)] int seed)
    {
        const int rounds = 400;
        GateBench bench = new();
        Race race = new(seed, rounds);
        race.Add(_ =>
        {
            SendEmptyFrame(bench);
            SendEmptyFrame(bench);
        });
        race.Add(_ =>
        {
            bench.Gate.PostPong([1]);
            bench.Gate.TryFlush();
            bench.Post(bench.Ping());
            bench.Gate.TryFlush();
        });
        race.Add(_ =>
        {
            bench.Gate.CloseForAllButClose();
            bench.Gate.PostClose(new WebSocketCloseFrame(WebSocketCloseStatus.NormalClosure, null));
            bench.Gate.TryFlush();
        });
        race.AfterEach(round =>
        {
            int[] opcodes = bench.Wire.Opcodes;
            opcodes.Should().ContainSingle(o => o == Op.Close, "round {0}, seed {1}", round, seed);
            opcodes.Last().Should().Be(Op.Close, "round {0}, seed {1}", round, seed);
            bench.Dispose();
            bench = new GateBench();
        });

        race.Run();
        bench.Dispose();
    }

    private static void SendEmptyFrame(GateBench bench)
    {
        if (bench.Gate.Enter(bench.Never) != TakeResult.Taken)
            return;
        if (bench.Gate.WritePosted())
            bench.Link.Stream.Write(Data, 0, Data.Length);
        bench.Gate.Leave();
    }
}
