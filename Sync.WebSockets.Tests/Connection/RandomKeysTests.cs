using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class RandomKeysTests
{
    [Test]
    [Category("H15")]
    [Category("A9")]
    public void Every_frame_gets_a_fresh_key_across_blocks_and_connections()
    {
        RandomKeys first = new();
        RandomKeys second = new();
        List<uint> keys = [];
        for (int i = 0; i < 2000; i++)
        {
            keys.Add(first.Next());
            keys.Add(second.Next());
        }

        // 4,000 out of 2^32: a chance of one in five hundred for one collision, and none worth naming for four.
        keys.Distinct().Count().Should().BeGreaterThan(3996);
    }

    [Test]
    public void Every_bit_of_a_key_is_used()
    {
        RandomKeys random = new();
        uint[] keys = [.. Enumerable.Range(0, 1000).Select(_ => random.Next())];

        keys.Aggregate((a, b) => a | b).Should().Be(uint.MaxValue);
        keys.Aggregate((a, b) => a & b).Should().Be(0);
    }

    [Test]
    public void Seeds_differ() => Enumerable.Range(0, 100).Select(_ => RandomKeys.Seed()).Distinct().Should().HaveCount(100);
}
