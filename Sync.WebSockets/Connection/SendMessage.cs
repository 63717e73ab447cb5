using System;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

/// <summary>Sends a message within a time, or throws.</summary>
internal delegate void SendMessage(TimeSpan timeout, ReadOnlySpan<byte> payload, Opcode opcode);
