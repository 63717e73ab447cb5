using System;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BulkTransfer;

/// <summary>The other side: Kestrel on a free loopback port. It keeps nothing between connections; where to go on is the client's to say.</summary>
internal sealed class BatchServer : IDisposable
{
    private readonly WebApplication _app;

    public BatchServer(Settings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http1));

        _app = builder.Build();
        _app.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(5), // A client that is gone without a word is found by the server, too.
            KeepAliveTimeout = TimeSpan.FromSeconds(15),
        });
        _app.Map("/", async (HttpContext context) =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true });
            using IRowTable source = settings.OpenSource(); // Each connection has its own, so that an old one is in nobody's way.
            await new BatchStream(socket, source, settings.BatchRows, settings.Window).Run(context.RequestAborted);
        });
        _app.Start();
        Uri = new UriBuilder(_app.Urls.Single()) { Scheme = "ws" }.Uri;
    }

    public Uri Uri { get; }

    public void Dispose() => ((IDisposable)_app).Dispose();
}
