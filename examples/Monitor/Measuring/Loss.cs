using System;

namespace FeedMonitor.Measuring;

/// <summary>A connection that was lost.</summary>
/// <param name="At">When, since the start.</param>
/// <param name="Reason">A few words, the same for losses of the same kind.</param>
/// <param name="Message">A sentence.</param>
internal sealed record Loss(TimeSpan At, string Reason, string Message);
