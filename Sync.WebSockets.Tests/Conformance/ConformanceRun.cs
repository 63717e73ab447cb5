using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>Plays the server of one case against the echo program, and judges both ends.</summary>
internal sealed class ConformanceRun(ConformanceCase conformanceCase)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private readonly List<Answer> _expected = [];

    /// <summary>Every way in which the case can be sent.</summary>
    public static void Play(ConformanceCase conformanceCase)
    {
        new ConformanceRun(conformanceCase).Play(run => run.StepByStep);
        if (conformanceCase.IsAlsoSentInOneGo)
            new ConformanceRun(conformanceCase).Play(run => run.InOneGo);
    }

    private void Play(Func<ConformanceRun, Action<ServerConnection, AnswerReader>> script)
    {
        using ScriptedServer server = new(connection =>
        {
            ServerRequest request = connection.Upgrade(conformanceCase.Deflate is { } deflate ? [deflate.Header] : []);
            conformanceCase.Deflate?.ShouldFit(request["Sec-WebSocket-Extensions"]);
            script(this)(connection, new AnswerReader(connection, conformanceCase.Deflate));
        });
        var program = new EchoProgram(compresses: conformanceCase.Deflate is not null);

        WebSocketClosedException end = program.Run(server.Uri);

        server.Join(TimeSpan.FromSeconds(30));
        end.Cause.Should().Be(conformanceCase.Cause);
        program.Messages.Should().Equal(_expected.Where(answer => answer.IsMessage), "the good messages are delivered, and no other");
    }

    private void StepByStep(ServerConnection connection, AnswerReader answers)
    {
        foreach (Step step in conformanceCase.Steps)
        {
            Pause(connection, step.Pause);
            Send(connection, step.Frames);
            foreach (Answer answer in step.Answers)
                answers.Next().Should().Be(answer);
            _expected.AddRange(step.Answers);
        }

        if (conformanceCase.ServerClosesAtTheEnd)
            connection.SendClose();
        answers.Next().Should().Be(conformanceCase.Close);
        connection.SendRaw(conformanceCase.Behind);
        Elapsed.Of(() => answers.Next().Should().BeNull("nothing follows the Close frame")).Should().BeBelow(AtOnce);
    }

    private void InOneGo(ServerConnection connection, AnswerReader answers)
    {
        _expected.AddRange(conformanceCase.Steps.SelectMany(step => step.Answers));
        Send(connection, [.. conformanceCase.Steps.SelectMany(step => step.Frames)]);

        List<Answer> got = answers.ToEnd();

        got.Should().NotBeEmpty();
        got[got.Count - 1].Should().Be(conformanceCase.Close);
        got.RemoveAt(got.Count - 1);
        got.Should().Equal(_expected.Take(got.Count), "the echoes may be overtaken by the end, but not change");
    }

    // The client has nothing to say meanwhile.
    private static void Pause(ServerConnection connection, TimeSpan pause)
    {
        if (pause == TimeSpan.Zero)
            return;
        connection.Pause(pause);
        connection.Socket.Available.Should().Be(0);
    }

    private void Send(ServerConnection connection, byte[][] frames)
    {
        if (conformanceCase.Chop == Chop.Frames)
        {
            foreach (byte[] frame in frames)
                connection.SendRaw(frame);
            return;
        }

        byte[] all = frames.Length == 1 ? frames[0] : [.. frames.SelectMany(frame => frame)];
        int size = conformanceCase.Chop == Chop.Whole ? Math.Max(1, all.Length) : conformanceCase.Chop;
        for (int sent = 0; sent < all.Length; sent += size)
            connection.SendRaw(all.AsSpan(sent, Math.Min(size, all.Length - sent)).ToArray());
    }
}
