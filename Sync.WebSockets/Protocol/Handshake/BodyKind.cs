namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>How the end of an answer's body is found.</summary>
internal enum BodyKind
{
    None,
    Length,
    Chunked,
    UntilClose,
}
