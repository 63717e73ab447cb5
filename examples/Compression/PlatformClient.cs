using System;
using System.Net.WebSockets;
using System.Threading;

namespace Compression;

/// <summary>.NET's own, which knows no levels.</summary>
internal sealed class PlatformClient : IClient
{
    private readonly ClientWebSocket _client = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    public PlatformClient(Uri uri, Setting setting)
    {
        _client.Options.DangerousDeflateOptions = setting.WindowBits == 0 ? null : new WebSocketDeflateOptions
        {
            ClientMaxWindowBits = setting.WindowBits,
            ClientContextTakeover = setting.Takeover,
            ServerContextTakeover = setting.Takeover,
        };
        _client.ConnectAsync(uri, CancellationToken.None).GetAwaiter().GetResult();
    }

    public void Send(byte[] text) => Send(text, WebSocketMessageType.Text);

    public void Ask() => Send([0], WebSocketMessageType.Binary);

    public void ReceiveUntilEmpty()
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = _client.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            length += result.Count;
            if (!result.EndOfMessage)
                continue;
            if (length == 0)
                return;
            length = 0;
        }
    }

    public void Dispose() => _client.Dispose();

    private void Send(byte[] payload, WebSocketMessageType messageType) =>
        _client.SendAsync(payload.AsMemory(), messageType, endOfMessage: true, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
