using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class RandomKeysTests
{
    [Test]
    [Category("H15")]
    [Category("A9")]
    public void Every_frame_gets_a_fresh_key_across_blocks_and_threads()
    {
        uint[] others = [];
        BackgroundRun other = Run.InBackground(() => others = Draw(2000));
        IEnumerable<uint> keys = Draw(2000);
        other.Join();

        // 4,000 out of 2^32: a chance of one in five hundred for one collision, and none worth naming for four.
        keys.Concat(others).Distinct().Count().Should().BeGreaterThan(3996);
    }

    [Test]
    public void Every_bit_of_a_key_is_used()
    {
        uint[] keys = Draw(1000);

        keys.Aggregate((a, b) => a | b).Should().Be(uint.MaxValue);
        keys.Aggregate((a, b) => a & b).Should().Be(0);
    }

    [Test]
    public void Seeds_differ() => Enumerable.Range(0, 100).Select(_ => RandomKeys.Seed()).Distinct().Should().HaveCount(100);

    private static uint[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => RandomKeys.Next())];
}
