using System;

namespace Benchmarks.Running;

/// <summary>The server, in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly ChildProcess _process;
    private readonly string[] _ports;

    public ServerProcess(string certificateFile, bool oneCore)
    {
        _process = ChildProcess.Start([.. ChildProcess.Self, "server", certificateFile], oneCore);
        _ports = _process.ReadLine().Split(' ');
    }

    public Uri UriFor(bool isTls) => new(isTls ? $"wss://127.0.0.1:{_ports[1]}" : $"ws://127.0.0.1:{_ports[0]}");

    public void Dispose() => _process.Dispose();
}
