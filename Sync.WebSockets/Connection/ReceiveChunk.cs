namespace Sync.WebSockets.Connection;

// The reader fills a chunk front to back and never touches what it has handed out; small messages wait in it for their receivers. So
// the memory that queued messages hold is that of their chunks, which is what the inbox charges for.
//
// Owners: Data belongs to the reader; InUse and IsRetired to the inbox's lock.
//
// Chunks lie next to each other in memory, and InUse is written by receivers. So the reader does not look into one for each message: it would
// wait for the cache line each time.

/// <summary>A buffer that received bytes lie in until the last message in it has been taken.</summary>
internal sealed class ReceiveChunk(int size)
{
    public byte[] Data { get; } = UninterruptedPool<byte>.Instance.Rent(size);

    /// <summary>Rows of messages in it that wait in the inbox, and messages that are borrowed.</summary>
    public int InUse { get; set; }

    /// <summary>The reader is done with it, so the last message to leave frees it.</summary>
    public bool IsRetired { get; set; }

    public void Free() => UninterruptedPool<byte>.Instance.Return(Data);
}
