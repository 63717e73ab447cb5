using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

[TestFixture]
internal sealed class SupportTests
{
    [Test]
    public void Traffic_is_the_same_for_the_same_seed_on_every_platform()
    {
        Traffic.Checksum(Traffic.Bytes(1000, seed: 1)).Should().Be(13456483318696402614UL);
        Traffic.Bytes(13, seed: 1).Should().Equal(Traffic.Bytes(20, seed: 1).AsSpan(0, 13).ToArray());
        Traffic.Bytes(1000, seed: 1).Should().NotEqual(Traffic.Bytes(1000, seed: 2));
    }

    [Test]
    public void Traffic_text_is_well_formed_and_has_letters_of_every_length()
    {
        string text = Traffic.Text(500, seed: 3);

        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        strict.GetString(strict.GetBytes(text)).Should().Be(text);
        text.Should().ContainAll("a", "ä", "€", "🙂");
    }

    [Test]
    public void Checksums_of_pieces_sum_up_to_that_of_the_whole()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("foobar");

        Traffic.Checksum(bytes).Should().Be(0x85944171f73967e8, "that is the published value of FNV-1a");
        Traffic.Checksum(Encoding.ASCII.GetBytes("bar"), Traffic.Checksum(Encoding.ASCII.GetBytes("foo"))).Should().Be(0x85944171f73967e8);
    }

    [Test]
    public void Hex_reads_what_tests_write()
    {
        Hex.Bytes("81 05\n48656C6c6f").Should().Equal(0x81, 5, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
        FluentActions.Invoking(() => Hex.Bytes("8")).Should().Throw<ArgumentException>();
    }

    [Test]
    public void Wait_ends_with_the_fact_or_says_what_it_waited_for()
    {
        int asked = 0;
        Wait.Until(() => ++asked == 3, "three questions were asked");

        Action wait = () => Wait.Until(() => false, "pigs fly", TimeSpan.FromSeconds(0.05));

        wait.Should().Throw<TimeoutException>().WithMessage("*pigs fly*");
    }

    [Test]
    public void Background_run_hands_over_its_exception_and_gives_up_on_time()
    {
        using var release = new ManualResetEventSlim();
        BackgroundRun failing = Run.InBackground(() => throw new InvalidOperationException("boom"));
        BackgroundRun waiting = Run.InBackground(() => release.Wait());

        failing.Invoking(run => run.Join()).Should().Throw<InvalidOperationException>().WithMessage("boom");
        waiting.Invoking(run => run.Join(TimeSpan.FromSeconds(0.05))).Should().Throw<TimeoutException>();
        waiting.IsRunning.Should().BeTrue();
        release.Set();
        waiting.Join();
        waiting.IsRunning.Should().BeFalse();
    }

    [Test]
    public void Blocked_pool_runs_nothing_until_it_is_disposed()
    {
        using var ran = new ManualResetEventSlim();
        using (new BlockedPool())
        {
            ThreadPool.QueueUserWorkItem(_ => ran.Set());
            ran.Wait(TimeSpan.FromSeconds(0.3)).Should().BeFalse();
        }

        ran.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    [Test]
    public void Resources_count_new_threads_and_new_sockets()
    {
        if (Resources.Threads is not { } threads || Resources.FileHandles is not { } handles)
        {
            Assert.Ignore("This system does not tell.");
            return;
        }

        // Many, for the runtime's own threads come and go.
        const int many = 40;
        using var release = new ManualResetEventSlim();
        BackgroundRun[] runs = [.. Enumerable.Range(0, many).Select(_ => Run.InBackground(() => release.Wait()))];
        Socket[] sockets = [.. Enumerable.Range(0, many).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];

        Resources.Threads.Should().BeGreaterThan(threads + (many / 2));
        Resources.FileHandles.Should().BeGreaterThan(handles + (many / 2));
        release.Set();
        Array.ForEach(runs, run => run.Join());
        Array.ForEach(sockets, socket => socket.Dispose());
    }
}
