using System;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>A scripted server for one connection in memory, which has no socket. What the script throws comes out of <see cref="Join"/> or Dispose.</summary>
internal sealed class MemoryServer : IDisposable
{
    private readonly ManualResetEvent _stopped = new(false);
    private readonly DuplexPair _pair;
    private readonly BackgroundRun _script;

    public MemoryServer(Action<ServerConnection> script, int capacity = 64 * 1024)
    {
        _pair = new DuplexPair(capacity);
        _script = Run.InBackground(() => Serve(script));
    }

    /// <summary>The client's side, for its StreamDialer.</summary>
    public DuplexStream Client => _pair.Client;

    public WebSocketClient Connect(Action<WebSocketClientOptions>? configure = null) =>
        TestClient.Connect(new Uri("ws://memory.example/"), options =>
        {
            options.StreamDialer = _ => Client;
            configure?.Invoke(options);
        });

    /// <summary>Waits until the script has ended.</summary>
    public void Join(TimeSpan? deadline = null) => _script.Join(deadline);

    public void Dispose()
    {
        _stopped.Set();
        _pair.Dispose();
        _script.Join();
        _stopped.Dispose();
    }

    private void Serve(Action<ServerConnection> script)
    {
        try
        {
            script(new ServerConnection(socket: null, _pair.Server, _stopped));
        }
        catch (Exception e) when (_stopped.WaitOne(0) && ServerStream.IsLoss(e))
        {
            // The test is over.
        }
        finally
        {
            _pair.Server.Dispose();
        }
    }
}
