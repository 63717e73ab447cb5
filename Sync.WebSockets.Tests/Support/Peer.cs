using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

/// <summary>A server in a process of its own, listening from the moment that Start returns until Dispose.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly IPAddress _address;
    private readonly ChildProcess _process;

    private Peer(bool tls, CommandLine commandLine, IPAddress? address)
    {
        Port = FreePort.Next();
        _address = address ?? IPAddress.Loopback;
        Uri = new Uri(tls ? $"wss://{address?.ToString() ?? "localhost"}:{Port}/" : $"ws://{_address}:{Port}/");
        string[] command = commandLine(Port, _folder);
        _process = ChildProcess.Start(command[0], [.. command.Skip(1)]);
    }

    public delegate bool InstallCheck(out string why);

    /// <summary>The program and its arguments; the folder is for what it has to read and write, and lives as long as the peer.</summary>
    public delegate string[] CommandLine(int port, TempFolder folder);

    public int Port { get; }

    public Uri Uri { get; }

    public int ProcessId => _process.Id;

    /// <summary>What it printed so far.</summary>
    public string Output => _process.Output;

    private static bool AreRequired =>
        string.Equals(Environment.GetEnvironmentVariable("SYNC_WEBSOCKETS_REQUIRE_PEERS"), "1", StringComparison.Ordinal);

    /// <summary>Skips the test when the peer is not installed, or fails it where SYNC_WEBSOCKETS_REQUIRE_PEERS is 1.</summary>
    public static void Require(InstallCheck isInstalled) => Require(isInstalled, AreRequired);

    public static void Require(InstallCheck isInstalled, bool orFail)
    {
        if (isInstalled(out string why))
            return;
        if (orFail)
            Assert.Fail(why);
        Assert.Ignore(why);
    }

    /// <param name="tls">Whether it serves wss.</param>
    /// <param name="commandLine">How to start it.</param>
    /// <param name="address">Where it listens; null: on loopback.</param>
    public static Peer Start(bool tls, CommandLine commandLine, IPAddress? address = null)
    {
        var peer = new Peer(tls, commandLine, address);
        try
        {
            peer.WaitUntilItListens();
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>The full name of a file of the tests' Peers folder.</summary>
    public static string File(params string[] path) =>
        Path.Combine(AppDomain.CurrentDomain.BaseDirectory, "Peers", Path.Combine(path));

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    private void WaitUntilItListens()
    {
        try
        {
            Wait.Until(() => _process.HasExited || Accepts(), $"something listens on port {Port}", StartDeadline);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It printed:\n{Output}", e);
        }

        if (_process.HasExited)
            throw new InvalidOperationException($"The peer ended instead of listening on port {Port}. It printed:\n{Output}");
    }

    private bool Accepts()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(_address, Port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
