using System.Text.Json;

namespace FeedMonitor.Connecting;

/// <summary>A message of <see cref="FeedServer"/>.</summary>
/// <param name="Sequence">1 for the first one of a connection.</param>
/// <param name="Price">What the feed is about.</param>
/// <param name="Sent">When it was sent, by a monotonic clock: server and monitor are one process, so they share it.</param>
internal sealed record Tick(int Sequence, double Price, long Sent)
{
    public static Tick FromJson(byte[] utf8) => JsonSerializer.Deserialize<Tick>(utf8, JsonSerializerOptions.Web)!;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);
}
