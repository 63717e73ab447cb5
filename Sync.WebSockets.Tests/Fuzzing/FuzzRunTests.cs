using System;
using System.Collections.Generic;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Fuzzing;

[TestFixture]
internal sealed class FuzzRunTests
{
    [Test]
    public void Same_inputs_come_each_time_and_all_are_different()
    {
        HashSet<int> first = Numbers();
        first.Should().HaveCountGreaterThan(9);
        Numbers().Should().Equal(first);
    }

    [Test]
    public void Failure_names_its_seed()
    {
        int calls = 0;
        Action run = () => FuzzRun.Of(100, _ => Fail(++calls == 3));

        run.Should().Throw<InvalidOperationException>().WithMessage("Seed 3: *wrong*");
    }

#if NET // Mono tells nobody of exceptions that are caught.
    [Test]
    public void Exception_that_is_caught_inside_is_a_failure()
    {
        Action run = () => FuzzRun.Of(10, _ => CatchInside());

        run.Should().Throw<InvalidOperationException>().WithMessage("Seed 1 threw inside: *wrong*");
    }
#endif

    [Test]
    public void Exception_that_is_caught_inside_is_none_where_it_may_be()
    {
        Action run = () => FuzzRun.OfThrowing(10, _ => CatchInside());

        run.Should().NotThrow();
    }

    [Test]
    public void Input_that_takes_long_is_a_failure()
    {
        Action run = () => FuzzRun.Of(10, _ => Spin(TimeSpan.FromMilliseconds(150)));

        run.Should().Throw<TimeoutException>().WithMessage("Seed 1 takes longer*");
    }

    private static HashSet<int> Numbers()
    {
        HashSet<int> numbers = [];
        FuzzRun.Of(100, random => numbers.Add(random.Next()));
        return numbers;
    }

    private static void CatchInside()
    {
        try
        {
            Fail(true);
        }
        catch (InvalidOperationException)
        {
            // What nobody is to see.
        }
    }

    private static void Fail(bool does)
    {
        if (does)
            throw new InvalidOperationException("wrong");
    }

    private static void Spin(TimeSpan time)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        TimeSpan end = process.TotalProcessorTime + time;
        while (process.TotalProcessorTime < end)
            process.Refresh();
    }
}
