using System;
using System.Collections.Generic;
using System.IO;
using System.IO.MemoryMappedFiles;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>
/// The wall clock of one other program. Other programs on the machine keep theirs: a small library in the program adds to what the
/// system says, and this is how much.
/// </summary>
internal sealed class SteppedClock : IDisposable
{
    private static readonly Lazy<bool> HasCompiler = new(() => ChildProcess.OutputOf("cc", "--version") is not null);

    private readonly TempFolder _folder = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _seconds;

    private SteppedClock()
    {
        string library = Path.Combine(_folder.FullName, "SteppedClock.so");
        string seconds = _folder.Write("seconds", new byte[sizeof(long)]);
        _file = MemoryMappedFile.CreateFromFile(seconds, FileMode.Open);
        _seconds = _file.CreateViewAccessor(0, sizeof(long));
        Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = library, ["STEPPED_CLOCK"] = seconds };
        if (ChildProcess.OutputOf("cc", "-shared", "-fPIC", "-o", library, Peer.File("SteppedClock.c")) is null)
            throw new InvalidOperationException("The stepped clock does not compile.");
    }

    /// <summary>What puts a program under this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    public static SteppedClock Create()
    {
        Peer.Require(IsPossible);
        return new SteppedClock();
    }

    /// <summary>Steps to so much before or after the true time.</summary>
    public void StepTo(TimeSpan offset) => _seconds.Write(0, (long)offset.TotalSeconds);

    public void Dispose()
    {
        _seconds.Dispose();
        _file.Dispose();
        _folder.Dispose();
    }

    private static bool IsPossible(out string why)
    {
        why = "No C compiler is installed: apt-get install gcc libc6-dev";
        return HasCompiler.Value;
    }
}
