// A WebSocket server for the tests. Arguments: address:port [pfx file, password]. Ends when its standard input does.
using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
    IPEndPoint.Parse(args[0]),
    listen =>
    {
        // HTTP/1.1 only: over HTTP/2 a WebSocket is opened otherwise (RFC 8441).
        listen.Protocols = HttpProtocols.Http1;
        if (args.Length > 1)
            listen.UseHttps(args[1], args[2]);
    }));

WebApplication app = builder.Build();
app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
app.Map("/", async (HttpContext context) => await Echo(await context.WebSockets.AcceptWebSocketAsync()));
app.Map("/deflate", async (HttpContext context) =>
    await Echo(await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true })));
app.Map("/subprotocol", async (HttpContext context) =>
    await Echo(await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault())));
app.Map("/close/{status:int}", async (HttpContext context, int status) =>
{
    using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
    await Close(socket, (WebSocketCloseStatus)status, status == (int)WebSocketCloseStatus.Empty ? null : "tschüß");
});
app.Map("/silent", async (HttpContext context) =>
{
    using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
    TaskCompletionSource gone = new();
    context.RequestAborted.Register(gone.SetResult);
    await gone.Task;
});
app.Map("/refuse/{status:int}", async (HttpContext context, int status) =>
{
    context.Response.StatusCode = status;
    context.Response.Headers["X-Refused-By"] = "Kestrel";
    if (status is >= 300 and < 400)
        context.Response.Headers.Location = "/";
    await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"refused with {status}"));
});

new Thread(() =>
{
    Console.In.ReadToEnd();
    Environment.Exit(0);
})
{ IsBackground = true }.Start();
app.Run();

static async Task Echo(WebSocket socket)
{
    using (socket)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                // Forwarded as it comes: a message of any size needs no memory, and arrives in fragments.
                WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, CancellationToken.None);
            }

            await Close(socket, socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription);
        }
        catch (WebSocketException)
        {
            // The client broke the protocol or the connection: the socket has answered that.
        }
    }
}

static async Task Close(WebSocket socket, WebSocketCloseStatus status, string? reason)
{
    await socket.CloseAsync(status, reason, CancellationToken.None);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"closed with {(int?)socket.CloseStatus}"));
}
