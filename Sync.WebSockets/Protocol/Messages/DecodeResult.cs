namespace Sync.WebSockets.Protocol.Messages;

internal enum DecodeResult
{
    NeedMore,
    Message,

    /// <summary>A part of a message that is handed out in parts.</summary>
    Part,

    /// <summary>A message that is too big as a whole: to be handed out in parts, or refused.</summary>
    TooBig,
    Ping,
    Pong,
    Close,
    Violation,
}
