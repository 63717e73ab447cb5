using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>One case: what the server sends, and all that the client may send back, in this order and nothing else.</summary>
/// <param name="id">Its number in the public suite.</param>
/// <param name="steps">Made anew each time they are enumerated, since some are large.</param>
internal sealed class ConformanceCase(string id, IEnumerable<Step> steps)
{
    public string Id { get; } = id;

    public IEnumerable<Step> Steps { get; } = steps;

    public int Chop { get; init; }

    /// <summary>What the server says about compression; null: nothing. Then no message may be compressed, and else every one has to be.</summary>
    public DeflateAnswer? Deflate { get; init; }

    /// <summary>The server closes, with 1000, when the last step is done; else one of the steps ends the connection.</summary>
    public bool ServerClosesAtTheEnd { get; init; }

    /// <summary>The client's Close frame.</summary>
    public Answer Close { get; init; } = Answer.Close(1000);

    /// <summary>What the program is told.</summary>
    public WebSocketCloseCause Cause { get; init; }

    /// <summary>Sent once the client has closed: it must not matter any more.</summary>
    public byte[] Behind { get; init; } = [];

    /// <summary>
    /// The end of the connection comes right behind a message. Failing or closing at once and echoing that message first are both right,
    /// so the steps are also sent in one go, and then the echo may be missing; the message itself may not.
    /// </summary>
    public bool IsAlsoSentInOneGo { get; init; }

    /// <summary>A case that is all right, at the end of which the server closes.</summary>
    public static ConformanceCase Passes(string id, IEnumerable<Step> steps, int chop = Conformance.Chop.Whole) =>
        new(id, steps) { Chop = chop, ServerClosesAtTheEnd = true, Cause = WebSocketCloseCause.RemoteClose };

    public static ConformanceCase Passes(string id, int chop, byte[][] frames, params Answer[] answers) =>
        Passes(id, [new Step(frames, answers)], chop);

    /// <summary>A frame breaks a rule, so the client closes with that status.</summary>
    public static ConformanceCase Fails(string id, int code, int chop, params byte[][] frames) => Fails(id, code, chop, [new Step(frames)]);

    public static ConformanceCase Fails(string id, int code, int chop, IReadOnlyCollection<Step> steps, byte[]? behind = null) => new(id, steps)
    {
        Chop = chop,
        Close = Answer.Close(code),
        Cause = code == 1007 ? WebSocketCloseCause.InvalidPayload : WebSocketCloseCause.ProtocolError,
        Behind = behind ?? [],
        IsAlsoSentInOneGo = steps.Any(step => step.Answers.Length > 0),
    };

    /// <summary>A message, then frames of which the first breaks a rule.</summary>
    public static ConformanceCase FailsBehind(string message, string id, int chop, params byte[][] frames) =>
        Fails(id, 1002, chop, [new Step(Frames.Message(Op.Text, Answer.Text(message).Payload), Answer.Text(message)), new Step(frames)]);

    /// <summary>The server closes by one of its frames, and the client answers with that status.</summary>
    public static ConformanceCase Closes(string id, int? code, params byte[][] frames) =>
        new(id, [new Step(frames)]) { Close = Answer.Close(code), Cause = WebSocketCloseCause.RemoteClose };
}
