using System;
using System.IO.Compression;
using System.Net.WebSockets;

namespace Sync.WebSockets.Consumers
{
    /// <summary>Compression, with all that can be set.</summary>
    public static class Compression
    {
        public static WebSocketClientOptions Options()
        {
            var options = new WebSocketClientOptions { Compression = new WebSocketCompressionOptions() };
            options.Compression.Level = options.Compression.Level == CompressionLevel.Fastest ? CompressionLevel.Optimal : CompressionLevel.Fastest;
            options.Compression.MinimumSize *= 2;
            options.Compression.ClientContextTakeover = !options.Compression.ServerContextTakeover;
            options.Compression.ServerContextTakeover = !options.Compression.ClientContextTakeover;
            options.Compression.ClientMaxWindowBits = options.Compression.ServerMaxWindowBits - 1;
            options.Compression.ServerMaxWindowBits = options.Compression.ClientMaxWindowBits;
            return options;
        }

        public static void SendSecret(WebSocketClient client, byte[] bytes)
        {
            client.Send("secret", compress: false);
            client.Send(bytes, WebSocketMessageType.Binary, compress: false);
            ReadOnlySpan<byte> span = bytes;
            client.Send(span.Slice(1), WebSocketMessageType.Binary, compress: false);
        }
    }
}
