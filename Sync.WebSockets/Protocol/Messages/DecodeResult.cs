namespace Sync.WebSockets.Protocol.Messages;

internal enum DecodeResult
{
    NeedMore,
    Message,
    Ping,
    Pong,
    Close,
    Violation,
}
