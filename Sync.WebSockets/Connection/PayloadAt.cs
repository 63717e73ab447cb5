using System;

namespace Sync.WebSockets.Connection;

/// <summary>The payload of one message of a batch, until the next one is asked for.</summary>
internal delegate ReadOnlySpan<byte> PayloadAt(int index);
