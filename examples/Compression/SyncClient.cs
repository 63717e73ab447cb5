using System;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets;

namespace Compression;

/// <summary>This library.</summary>
internal sealed class SyncClient(Uri uri, Setting setting, CompressionLevel level) : IClient
{
    private readonly WebSocketClient _client = WebSocketClient.Connect(uri, new WebSocketClientOptions
    {
        Compression = setting.WindowBits == 0 ? null : new WebSocketCompressionOptions
        {
            Level = level,
            MinimumSize = 0,
            ClientMaxWindowBits = setting.WindowBits,
            ClientContextTakeover = setting.Takeover,
            ServerContextTakeover = setting.Takeover,
        },
    });

    private readonly byte[] _buffer = new byte[64 * 1024];

    public void Send(byte[] text) => _client.Send(text, WebSocketMessageType.Text);

    public void Ask() => _client.Send([0], WebSocketMessageType.Binary, compress: false);

    public void ReceiveUntilEmpty()
    {
        while (_client.Receive(_buffer, out _, Timeout.InfiniteTimeSpan) > 0)
        {
        }
    }

    public void Dispose() => _client.Dispose();
}
