namespace Sync.WebSockets.Pooling;

/// <summary>How the places are taken, at one moment.</summary>
/// <param name="Idle">With a connection that nobody has.</param>
/// <param name="Leased">In the hands of renters.</param>
/// <param name="Connecting">In the hands of those who connect, or check a connection.</param>
/// <param name="Empty">Free to be connected.</param>
/// <param name="Waiting">Renters that wait for one.</param>
/// <param name="OldestIdleSince">Since when the first of the idle ones is; 0 when there is none.</param>
internal readonly record struct PlaceFigures(int Idle, int Leased, int Connecting, int Empty, int Waiting, long OldestIdleSince);
