using System;
using System.Linq;
using System.Text;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>Something that the client has to send: a message, put together from its frames, or a control frame.</summary>
internal sealed class Answer(int opcode, byte[] payload) : IEquatable<Answer>
{
    private const int Shown = 60;

    public int Opcode { get; } = opcode;

    public byte[] Payload { get; } = payload;

    public bool IsMessage => Opcode < Op.Close;

    public static Answer Text(string text) => new(Op.Text, Encoding.UTF8.GetBytes(text));

    public static Answer Pong(byte[] payload) => new(Op.Pong, payload);

    /// <param name="code">Null: a Close frame without a status.</param>
    public static Answer Close(int? code) => new(Op.Close, code is { } status ? [(byte)(status >> 8), (byte)status] : []);

    public bool Equals(Answer? other) =>
        other is not null && Opcode == other.Opcode && Payload.AsSpan().SequenceEqual(other.Payload);

    public override bool Equals(object? obj) => Equals(obj as Answer);

    public override int GetHashCode() => (Opcode * 397) ^ Payload.Length;

    public override string ToString() =>
        $"<opcode {Opcode}, {Payload.Length} bytes {string.Concat(Payload.Take(Shown).Select(b => b.ToString("x2", null)))}>";
}
