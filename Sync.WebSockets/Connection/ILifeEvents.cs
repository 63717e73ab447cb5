namespace Sync.WebSockets.Connection;

/// <summary>What the life of a connection tells its parts. Called once the fact is stored, with no lock held.</summary>
internal interface ILifeEvents
{
    /// <summary>The first cause is known: nothing is delivered or sent any more, and whoever waits is freed.</summary>
    void Ending();

    /// <summary>The connection has to be gone at this time, whatever the peer does.</summary>
    void MustFinish(long at);
}
