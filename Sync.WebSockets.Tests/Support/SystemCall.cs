namespace Sync.WebSockets.Support;

/// <param name="Thread">Its number in the system.</param>
/// <param name="Name">What was called.</param>
/// <param name="Arguments">As the trace shows them, with what it returned.</param>
internal sealed record SystemCall(string Thread, string Name, string Arguments);
