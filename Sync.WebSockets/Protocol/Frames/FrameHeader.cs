using System;

namespace Sync.WebSockets.Protocol.Frames;

/// <summary>What stands before the payload of a server's frame, which is never masked (5.1, 5.2).</summary>
internal readonly struct FrameHeader(bool fin, int rsv, Opcode opcode, long payloadLength)
{
    public bool Fin { get; } = fin;

    /// <summary>The three reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1.</summary>
    public int Rsv { get; } = rsv;

    public Opcode Opcode { get; } = opcode;

    public long PayloadLength { get; } = payloadLength;

    public int HeaderLength => HeaderLengthOf(PayloadLength);

    /// <summary>RFC 7692, 6: RSV1 on the first frame of a message; the decoder lets it pass nowhere else.</summary>
    public bool IsCompressed => (Rsv & 4) != 0;

    public bool IsControl => IsControlOpcode(Opcode);

    // 5.5: the opcode's highest bit says so.
    public static bool IsControlOpcode(Opcode opcode) => opcode >= Opcode.Close;

    public static int HeaderLengthOf(long payloadLength) => 2 + ExtendedLengthSize(payloadLength);

    // 5.2: the minimal number of octets must be used, so the value alone decides.
    public static int ExtendedLengthSize(long payloadLength) => payloadLength < 126 ? 0 : payloadLength <= ushort.MaxValue ? 2 : 8;

    /// <summary>For traces: <c>Text fin 5 bytes</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Opcode}{(Fin ? " fin" : "")}{RsvName} {PayloadLength} bytes");

    private string RsvName => Rsv == 0 ? "" : FormattableString.Invariant($" rsv {Rsv}");
}
