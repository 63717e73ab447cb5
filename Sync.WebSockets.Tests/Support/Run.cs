using System;
using System.Collections.Generic;
using System.Linq;

namespace Sync.WebSockets.Support;

internal static class Run
{
    /// <summary>Runs it on a thread of its own, never on the pool.</summary>
    public static BackgroundRun InBackground(Action action) => new(action);

    /// <summary>Runs all at once, each on a thread of its own, and waits for them; for tests that mostly wait.</summary>
    public static void Together(IEnumerable<Action> actions, TimeSpan? deadline = null)
    {
        BackgroundRun[] runs = [.. actions.Select(InBackground)];
        foreach (BackgroundRun run in runs)
            run.Join(deadline);
    }
}
