using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class BeatHeapTests
{
    [Test]
    public void First_is_always_the_one_that_is_due_first([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        BeatHeap heap = new();
        List<Beat> model = [];
        for (int step = 0; step < 20_000; step++)
        {
            int dice = random.Next(10);
            if (dice < 4 || model.Count == 0)
            {
                Beat beat = new FakeBeat { Due = random.Next(1000) };
                heap.Add(beat);
                model.Add(beat);
            }
            else if (dice < 7)
            {
                Beat beat = model[random.Next(model.Count)];
                beat.Due = random.Next(1000);
                heap.Moved(beat);
            }
            else
            {
                Beat beat = dice == 7 ? heap.First : model[random.Next(model.Count)];
                heap.Remove(beat);
                model.Remove(beat);
                beat.Position.Should().Be(-1);
            }

            heap.Count.Should().Be(model.Count);
            if (model.Count > 0)
                heap.First.Due.Should().Be(model.Min(b => b.Due), "step {0}, seed {1}", step, seed);
        }
    }

    [Test]
    public void Many_come_out_in_order()
    {
        Random random = new(4);
        BeatHeap heap = new();
        long[] dues = [.. Enumerable.Range(0, 10_000).Select(_ => (long)random.Next())];
        foreach (long due in dues)
            heap.Add(new FakeBeat { Due = due });

        List<long> order = [];
        while (heap.Count > 0)
        {
            order.Add(heap.First.Due);
            heap.Remove(heap.First);
        }

        order.Should().Equal(dues.OrderBy(d => d));
    }
}
