namespace Benchmarks.Clients;

/// <summary>The clients that run in .NET.</summary>
internal enum ClientKind
{
    /// <summary>A socket, and bytes encoded beforehand.</summary>
    Raw,

    /// <summary>This library.</summary>
    Sync,

    /// <summary>ClientWebSocket, awaited.</summary>
    Awaited,

    /// <summary>ClientWebSocket, blocked on.</summary>
    Blocking,
}
