using System;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>8.1: a text message is valid UTF-8 as a whole, whatever its frames are. Binary messages pass.</summary>
internal struct TextCheck(bool isText)
{
    private Utf8Validator _utf8;

    public Violation? Append(ReadOnlySpan<byte> payload) => !isText || _utf8.Append(payload)
        ? null
        : Violation.InvalidPayload("The server sent a text message that is not valid UTF-8; RFC 6455 8.1.");

    public readonly Violation? Finish() => _utf8.IsAtBoundary
        ? null
        : Violation.InvalidPayload("The server sent a text message that ends inside a UTF-8 sequence; RFC 6455 8.1.");
}
