using System;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

/// <summary>What dialling ends in: an open WebSocket before its first frame.</summary>
/// <param name="Uri">Where it was opened in the end, as it may be shown.</param>
/// <param name="Link">The connection below.</param>
/// <param name="Response">The server's 101.</param>
/// <param name="SubProtocol">What the server picked; null for none.</param>
/// <param name="Deflate">What was agreed on for compression; null for none.</param>
/// <param name="EarlyFrames">Bytes that came behind the 101: frames already.</param>
internal sealed record Opened(Uri Uri, Link Link, WebSocketHandshakeResponse Response, string? SubProtocol, DeflateParameters? Deflate, ArraySegment<byte> EarlyFrames);
