using System.Collections.Generic;
using System.IO;
using FluentAssertions;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>
/// Reads what the client sends, in its order: messages put together and inflated, control frames also from between their fragments.
/// </summary>
internal sealed class AnswerReader(ServerConnection connection, DeflateAnswer? deflate)
{
    private PlainInflate _inflate = new();
    private MemoryStream? _message;
    private int _opcode;

    /// <summary>Null when the client has ended the stream, which must not be in the middle of a message.</summary>
    public Answer? Next()
    {
        while (connection.ReadFrame() is { } frame)
        {
            frame.Rsv.Should().Be(deflate is null || frame.IsControl || _message is not null ? 0 : 4, "RSV1 marks the beginning of a compressed message");
            if (frame.IsControl)
                return new Answer(frame.Opcode, frame.Payload);
            (frame.Opcode == Op.Continuation).Should().Be(_message is not null, "5.4: fragments of different messages do not mix");
            if (_message is null && frame.Fin)
                return new Answer(frame.Opcode, Inflate(frame.Payload));

            _opcode = _message is null ? frame.Opcode : _opcode;
            _message ??= new MemoryStream();
            _message.Write(frame.Payload, 0, frame.Payload.Length);
            if (!frame.Fin)
                continue;
            byte[] whole = _message.ToArray();
            _message = null;
            return new Answer(_opcode, Inflate(whole));
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

    private byte[] Inflate(byte[] payload)
    {
        if (deflate is null)
            return payload;
        if (deflate.NoContextTakeover)
            _inflate = new PlainInflate();
        byte[] message = _inflate.Message(payload);
        _inflate.Farthest.Should().BeLessThanOrEqualTo(deflate.WindowSize, "7.1.2.2: the client may refer no farther back");
        return message;
    }
}
