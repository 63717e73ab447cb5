using System;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Fuzzing;

[TestFixture]
internal sealed class ClosePayloadFuzzTests
{
    [Test]
    public void Close_reason_is_read_as_it_was_written_up_to_what_fits() => FuzzRun.Of(20_000, random =>
    {
        // Any UTF-16, halves of pairs too; what becomes of those is the encoding's affair.
        string reason = new([.. Enumerable.Range(0, random.Next(130)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 65536))]);
        string encodable = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(reason));

        byte[] payload = ClosePayload.Encode((WebSocketCloseStatus)4000, reason);

        Violation? violation = ClosePayload.TryParse(payload, out ClosePayload close);
        bool isWhole = payload.Length <= 125 && violation is null && (int?)close.Status == 4000
            && encodable.StartsWith(close.Description, StringComparison.Ordinal)
            && (close.Description.Length == encodable.Length || payload.Length >= 122);
        if (!isWhole)
            throw new InvalidOperationException("Not so for " + BitConverter.ToString(Encoding.BigEndianUnicode.GetBytes(reason)));
    });
}
