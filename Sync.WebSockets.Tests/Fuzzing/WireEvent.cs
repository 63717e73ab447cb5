using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Fuzzing;

/// <summary>What a stream says, and the number of its octets after which that is known.</summary>
/// <param name="Kind">Never NeedMore.</param>
/// <param name="Code">The opcode of a message, the code of a Close frame (0: none) or of a violation.</param>
/// <param name="Payload">Of a Close frame: its reason.</param>
/// <param name="End">The octet that decides, counted from 1.</param>
internal readonly record struct WireEvent(DecodeResult Kind, int Code, byte[] Payload, int End);
