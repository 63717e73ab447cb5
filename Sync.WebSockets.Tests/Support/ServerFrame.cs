using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>A frame, or a reassembled message, as it was on the wire; the payload is unmasked.</summary>
internal sealed class ServerFrame(bool fin, int rsv, int opcode, byte[] payload, byte[]? maskKey)
{
    public bool Fin { get; } = fin;

    /// <summary>The three reserved bits as a number: RSV1 is 4.</summary>
    public int Rsv { get; } = rsv;

    public int Opcode { get; } = opcode;

    public byte[] Payload { get; } = payload;

    /// <summary>Null when the frame was not masked.</summary>
    public byte[]? MaskKey { get; } = maskKey;

    public string Text => Encoding.UTF8.GetString(Payload);

    public bool IsControl => Opcode >= Op.Close;

    /// <summary>The status of a Close frame; 1005 stands for none (7.1.5).</summary>
    public int CloseCode => Payload.Length < 2 ? 1005 : (Payload[0] << 8) | Payload[1];

    public string CloseReason => Payload.Length < 2 ? "" : Encoding.UTF8.GetString(Payload, 2, Payload.Length - 2);
}
