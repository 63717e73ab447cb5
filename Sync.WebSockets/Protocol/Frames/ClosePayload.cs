using System;
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Sync.WebSockets.Protocol.Messages;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol.Frames;

/// <summary>What a Close frame says (5.5.1): nothing, a code, or a code and a reason.</summary>
internal readonly struct ClosePayload(WebSocketCloseStatus? status, string description)
{
    /// <summary>The most UTF-8 octets that fit beside the code into a control frame (5.5).</summary>
    public const int MaxDescriptionLength = 123;

    /// <summary>Null when the frame was empty, which 7.1.5 calls 1005.</summary>
    public WebSocketCloseStatus? Status { get; } = status;

    public string Description => description ?? "";

    public static Violation? TryParse(ReadOnlySpan<byte> payload, out ClosePayload close)
    {
        close = new ClosePayload(null, "");
        if (payload.IsEmpty)
            return null;
        if (payload.Length == 1)
            return Violation.Protocol("The server sent a Close frame with 1 byte of payload; RFC 6455 5.5.1 demands none or at least 2.");

        var status = (WebSocketCloseStatus)BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!IsValidToSend(status))
            return Violation.Protocol(Invariant(
                $"The server sent a Close frame with the code {(int)status}, which RFC 6455 7.4 does not allow in a frame."));

        byte[] reason = payload.Slice(2).ToArray();
        var utf8 = new Utf8Validator();
        if (!utf8.Append(reason) || !utf8.IsAtBoundary)
            return Violation.InvalidPayload("The server sent a Close frame with a reason that is not valid UTF-8; RFC 6455 5.5.1.");
        close = new ClosePayload(status, Encoding.UTF8.GetString(reason));
        return null;
    }

    /// <summary>
    /// At most 125 bytes: a longer description is cut between two characters. Without a status there is no place for one,
    /// and the payload is empty.
    /// </summary>
    public static byte[] Encode(WebSocketCloseStatus? status, string? description)
    {
        if (status is null)
            return [];

        byte[] reason = Encoding.UTF8.GetBytes(description ?? "");
        int length = LengthThatFits(reason);
        byte[] payload = new byte[2 + length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)status);
        reason.AsSpan(0, length).CopyTo(payload.AsSpan(2));
        return payload;
    }

    /// <summary>
    /// 7.4: what may stand in a frame, from either side. 1005, 1006 and 1015 only describe ends without such a frame; 1004 and
    /// 1016-2999 are unassigned; 1012-1014 were registered after the RFC.
    /// </summary>
    public static bool IsValidToSend(WebSocketCloseStatus status) =>
        (int)status is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    private static int LengthThatFits(byte[] utf8)
    {
        if (utf8.Length <= MaxDescriptionLength)
            return utf8.Length;

        int length = MaxDescriptionLength;
        while (Utf8Validator.IsContinuation(utf8[length]))
            length--;
        return length;
    }
}
