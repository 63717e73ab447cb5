using System;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Echo;

/// <summary>The other side: Kestrel on a free loopback port. It sends every message back, and pings of its own.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly WebApplication _app;

    public EchoServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http1));

        _app = builder.Build();
        _app.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromMilliseconds(40), // This server pings after so long a silence.
            KeepAliveTimeout = TimeSpan.FromSeconds(10), // Without it the server sends pongs that ask for no answer.
        });
        _app.Map("/", async (HttpContext context) => await Echo(await context.WebSockets.AcceptWebSocketAsync()));
        _app.Start();
        Uri = new UriBuilder(_app.Urls.Single()) { Scheme = "ws" }.Uri;
    }

    public Uri Uri { get; }

    public void Dispose() => ((IDisposable)_app).Dispose();

    private static async Task Echo(WebSocket socket)
    {
        using (socket)
        {
            try
            {
                byte[] buffer = new byte[16 * 1024];
                while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } got)
                    await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, CancellationToken.None);
                await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, socket.CloseStatusDescription, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // The client has gone.
            }
        }
    }
}
