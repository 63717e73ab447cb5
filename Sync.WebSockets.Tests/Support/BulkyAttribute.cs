using System;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Sync.WebSockets.Support;

/// <summary>
/// Marks a test that gets through so much that mutation testing leaves it out: there it would run thousands of times, over code that each
/// mutation slows down.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BulkyAttribute : NUnitAttribute, IApplyToTest
{
    public void ApplyToTest(Test test)
    {
#if MUTATION
        test.RunState = RunState.Skipped;
        test.Properties.Set(PropertyNames.SkipReason, "Too much for mutation testing.");
#endif
    }
}
