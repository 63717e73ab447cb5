using System.Collections.Generic;

namespace FeedMonitor.Drawing;

/// <summary>Where the user looks.</summary>
internal interface IView
{
    /// <summary>Shows one after the other. Blocks until there are no more.</summary>
    /// <param name="frames">Waits before it hands out the next one.</param>
    void Show(IEnumerable<Frame> frames);
}
