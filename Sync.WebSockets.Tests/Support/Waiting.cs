using NUnit.Framework;

namespace Sync.WebSockets.Support;

/// <summary>How the tests of fixtures that mostly wait run beside each other.</summary>
internal static class Waiting
{
    /// <summary>All of them; on Mono those of one fixture after those of the other, since TLS needs the thread pool there.</summary>
#if NET
    public const ParallelScope Scope = ParallelScope.All;
#else
    public const ParallelScope Scope = ParallelScope.Children;
#endif
}
