using System;

namespace Sync.WebSockets.Conformance;

/// <summary>What the server sends in one go, and what has to come back before it goes on.</summary>
internal sealed class Step(byte[][] frames, params Answer[] answers)
{
    public byte[][] Frames { get; } = frames;

    public Answer[] Answers { get; } = answers;

    /// <summary>How long the server waits before it; nothing may come from the client meanwhile.</summary>
    public TimeSpan Pause { get; init; }
}
