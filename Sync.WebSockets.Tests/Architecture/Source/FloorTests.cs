using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Architecture.Source;

/// <summary>The library is a house of four floors; each knows only what lies below it. What lies above is passed in, as a value or a callback.</summary>
public sealed class FloorTests
{
    // From the ground up; the last one is the public surface, the files beside the folders, with two rooms of its own: they are made of
    // clients, not of connections.
    private static readonly string[][] Floors = [["Protocol"], ["Transport"], ["Connection"], ["", "Pooling", "Reconnecting"]];

    // Public values that do no I/O: the only ones of the surface that the protocol speaks of.
    private static readonly string[] Values =
        ["WebSocketHeaders", "WebSocketCloseFrame", "WebSocketMessage", "WebSocketHealth", "HeartbeatPolicy", "HeartbeatAction"];

    // Transport and Connection read the public options and throw the public exceptions; what they must not know is who calls them.
    private static readonly string[] Facade =
    [
        "IWebSocketClient", "WebSocketClient", "WebSocketClientExtensions", "ReconnectingWebSocketClient",
        "WebSocketClientPool", "WebSocketClientPoolOptions", "WebSocketClientPoolStatistics", "WebSocketClientLease",
    ];

    private static readonly IReadOnlyList<SourceFile> Files = SourceFile.Under("Sync.WebSockets");

    [Test]
    public void No_floor_knows_what_lies_above_it() =>
        TypeUse.In(Files)
            .Where(use => Height(use.Declarer) > Height(use.User) && !IsAllowed(use))
            .Select(use => use.ToString())
            .Should().BeEmpty();

    [Test]
    public void Library_has_no_folders_but_the_floors() =>
        Files.Select(f => Floor(f.Path)).Distinct().Should().BeSubsetOf(Floors.SelectMany(f => f));

    [Test]
    public void File_lies_in_the_folder_of_its_namespace() =>
        Files.Where(f => f.Name != "Polyfills" && f.Namespace != f.Path[..f.Path.LastIndexOf('/')].Replace('/', '.')).Should().BeEmpty();

    private static bool IsAllowed(TypeUse use)
    {
        if (Floor(use.Declarer).Length > 0)
            return false;

        return Floor(use.User) == "Protocol" ? Values.Contains(use.Type) : !Facade.Contains(use.Type);
    }

    private static int Height(string path) => Array.FindIndex(Floors, f => f.Contains(Floor(path)));

    private static string Floor(string path)
    {
        string[] parts = path.Split('/');
        return parts.Length == 2 ? "" : parts[1];
    }
}
