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

namespace FeedMonitor.Connecting;

/// <summary>The other side: Kestrel on a free loopback port. It sends ticks, and drops every connection after a while, each in another way.</summary>
internal sealed class FeedServer : IDisposable
{
    private const int TicksOfFirst = 15;
    private const int TicksOfOthers = 120;
    private const WebSocketCloseStatus ServiceRestart = (WebSocketCloseStatus)1012;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly WebApplication _app;
    private int _connections;

    public FeedServer(TimeProvider time)
    {
        _time = time;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http1));

        _app = builder.Build();
        _app.UseWebSockets();
        _app.Map("/feed", Serve);
    }

    public Uri Uri => new UriBuilder(_app.Urls.Single()) { Scheme = "ws", Path = "/feed" }.Uri;

    public void Start()
    {
        _ = new Tick(0, 0, 0).ToJson(); // Else the first message would tell how long it takes to compile this.
        _app.Start();
    }

    public void Dispose() => ((IDisposable)_app).Dispose();

    private async Task Serve(HttpContext context)
    {
        int number = Interlocked.Increment(ref _connections);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Task reading = ReadToEnd(socket, gone);
        try
        {
            await SendTicks(socket, number == 1 ? TicksOfFirst : TicksOfOthers, gone.Token);
            if (socket.State == WebSocketState.Open && number % 2 == 1)
                context.Abort(); // As when the server's machine dies: no Close frame.
            else
                await socket.CloseOutputAsync(socket.CloseStatus ?? ServiceRestart, "that is all for now", CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The client has gone.
        }
        await reading;
    }

    private async Task SendTicks(WebSocket socket, int count, CancellationToken gone)
    {
        Random random = new();
        double price = 100;
        using PeriodicTimer timer = new(Interval, _time);
        try
        {
            for (int sequence = 1; sequence <= count && await timer.WaitForNextTickAsync(gone); sequence++)
            {
                price *= 1 + ((random.NextDouble() - 0.5) / 1000);
                Tick tick = new(sequence, Math.Round(price, 2), _time.GetTimestamp());
                // Not with the token: a send that is cancelled would cut the connection.
                await socket.SendAsync(tick.ToJson(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // The client closes.
        }
    }

    // Pings are answered, and a Close frame is seen, only while somebody reads.
    private static async Task ReadToEnd(WebSocket socket, CancellationTokenSource gone)
    {
        try
        {
            byte[] dropped = new byte[4096];
            while ((await socket.ReceiveAsync(dropped, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // The client has gone.
        }
        finally
        {
            await gone.CancelAsync();
        }
    }
}
