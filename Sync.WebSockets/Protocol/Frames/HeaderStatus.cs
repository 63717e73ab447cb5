namespace Sync.WebSockets.Protocol.Frames;

internal enum HeaderStatus
{
    NeedMore,
    Done,
    Violation,
}
