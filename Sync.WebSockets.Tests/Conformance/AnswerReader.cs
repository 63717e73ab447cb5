using System.Collections.Generic;
using System.IO;
using FluentAssertions;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>Reads what the client sends, in its order: messages put together, control frames also from between their fragments.</summary>
internal sealed class AnswerReader(ServerConnection connection)
{
    private MemoryStream? _message;
    private int _opcode;

    /// <summary>Null when the client has ended the stream, which must not be in the middle of a message.</summary>
    public Answer? Next()
    {
        while (connection.ReadFrame() is { } frame)
        {
            frame.Rsv.Should().Be(0, "no extension was negotiated");
            if (frame.IsControl)
                return new Answer(frame.Opcode, frame.Payload);
            (frame.Opcode == Op.Continuation).Should().Be(_message is not null, "5.4: fragments of different messages do not mix");
            if (_message is null && frame.Fin)
                return new Answer(frame.Opcode, frame.Payload);

            _opcode = _message is null ? frame.Opcode : _opcode;
            _message ??= new MemoryStream();
            _message.Write(frame.Payload, 0, frame.Payload.Length);
            if (!frame.Fin)
                continue;
            byte[] whole = _message.ToArray();
            _message = null;
            return new Answer(_opcode, whole);
        }

        _message.Should().BeNull("a message is sent to its end");
        return null;
    }

    /// <summary>All that comes up to the end of the stream.</summary>
    public List<Answer> ToEnd()
    {
        var answers = new List<Answer>();
        while (Next() is { } answer)
            answers.Add(answer);
        return answers;
    }
}
