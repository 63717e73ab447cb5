using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace Benchmarks.Clients;

/// <summary>A ClientWebSocket, with the settings that make it comparable.</summary>
internal static class PlatformConnection
{
    public static async Task<ClientWebSocket> OpenAsync(Target target)
    {
        ClientWebSocket socket = new();
        socket.Options.Proxy = null;
        socket.Options.RemoteCertificateValidationCallback = target.Trust;
        socket.Options.DangerousDeflateOptions = target.IsDeflated ? new WebSocketDeflateOptions() : null;
        await socket.ConnectAsync(target.Uri, CancellationToken.None);
        return socket;
    }

    public static async Task CloseAsync(ClientWebSocket socket)
    {
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        socket.Dispose();
    }
}
