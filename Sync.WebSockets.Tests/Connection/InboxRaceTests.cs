using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>One reader against many receivers of every kind: each message arrives exactly once, and nobody sleeps over one.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class InboxRaceTests
{
    private const int Messages = 20_000;
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(60);

    // How often each message was taken. No collection with locks: an interrupt would strike in there, too.
    private int[] _taken = [];
    private Inbox _inbox = null!;

    private static TimeSpan Never => Timeout.InfiniteTimeSpan;

    private static TimeSpan Now => TimeSpan.Zero;

    [SetUp]
    public void Open()
    {
        _inbox = new Inbox(4096, MonotonicClock.System);
        _taken = new int[Messages];
    }

    [Test]
    public void Each_message_is_taken_exactly_once_by_receivers_that_wait_poll_and_cancel([Values(1, 2, 3)] int seed)
    {
        BackgroundRun[] receivers =
        [
            .. Enumerable.Range(0, 2).Select(_ => Run.InBackground(ReceivePatiently)),
            Run.InBackground(ReceiveIntoBuffer),
            .. Enumerable.Range(0, 2).Select(i => Run.InBackground(() => ReceiveHastily(seed + i))),
            .. Enumerable.Range(0, 2).Select(i => Run.InBackground(() => ReceiveCancelled(seed + i))),
        ];

        Run.InBackground(() => DeliverAll(seed)).Join(LongEnough);
        Array.ForEach(receivers, r => r.Join(LongEnough));

        _taken.Where(times => times != 1).Should().BeEmpty("each is taken once (seed {0})", seed);
    }

#if NET // Under so many interrupts Mono's runtime itself crashes, in native code.
    [Test]
    public void Receivers_that_are_interrupted_all_the_time_lose_no_message_and_strand_nobody([Values(1, 2, 3)] int seed)
    {
        Thread[] receivers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(ReceiveThroughInterrupts) { IsBackground = true })];
        BackgroundRun patient = Run.InBackground(ReceivePatiently);
        Array.ForEach(receivers, r => r.Start());
        BackgroundRun reader = Run.InBackground(() => DeliverAll(seed));
        Random random = new(seed);
        while (reader.IsRunning)
        {
            receivers[random.Next(receivers.Length)].Interrupt();
            Thread.SpinWait(random.Next(2000));
        }

        reader.Join(LongEnough);
        patient.Join(LongEnough);
        receivers.Should().OnlyContain(r => r.Join(LongEnough));
        _taken.Where(times => times != 1).Should().BeEmpty("each is taken once (seed {0})", seed);
    }
#endif

    [Test]
    public void Message_alone_never_lies_in_the_queue_while_somebody_waits([Values(1, 2, 3)] int seed)
    {
        int served = 0;
        Race race = new(seed, rounds: 3000);
        race.Add(_ => Serve(Never));
        race.Add(_ => Serve(Never));
        race.Add(_ => Serve(TimeSpan.FromMilliseconds(1)));
        race.Add(_ => Deliver(1));
        race.Add(_ =>
        {
            Deliver(2);
            Deliver(3);
        });
        race.AfterEach(_ =>
        {
            // The hasty one may have left one.
            while (_inbox.Take(TimeSpan.Zero, CancellationToken.None, out WebSocketMessage _) == TakeResult.Taken)
                served++;
            served.Should().Be(3);
            served = 0;
        });

        race.Run();

        void Serve(TimeSpan timeout)
        {
            if (_inbox.Take(timeout, CancellationToken.None, out WebSocketMessage _) == TakeResult.Taken)
                Interlocked.Increment(ref served);
        }
    }

    [Test]
    public void Parked_reader_goes_on_whoever_empties_or_closes_the_inbox_when([Values(1, 2, 3)] int seed)
    {
        Inbox inbox = Full();
        Race race = new(seed, rounds: 2000);
        race.Add(_ => inbox.WaitForRoom());
        race.Add(_ => inbox.Take(Now, CancellationToken.None, out WebSocketMessage _));
        race.Add(round =>
        {
            // One that was taken leaves more than half: this frees the reader, before, while or after it parks.
            if (round % 2 == 0)
                inbox.Close();
            else
                inbox.Take(Now, CancellationToken.None, out WebSocketMessage _);
        });
        race.Add(round =>
        {
            if (round % 4 == 1)
                inbox.Clear();
        });
        race.AfterEach(_ => inbox = Full());

        race.Run();

        Inbox Full()
        {
            Inbox full = new(3 * (sizeof(int) + 128), MonotonicClock.System);
            MessageQueue batch = new();
            for (int number = 1; number <= 3; number++)
                batch.Add(Message(number));
            full.TryDeliver(batch).Should().BeTrue();
            return full;
        }
    }

    private static ReceivedMessage Message(int number) =>
        new(WebSocketMessageType.Binary, new ArraySegment<byte>(BitConverter.GetBytes(number)), Chunk: null);

    private void Deliver(int number)
    {
        MessageQueue batch = new();
        batch.Add(Message(number));
        _inbox.TryDeliver(batch);
    }

    private void DeliverAll(int seed)
    {
        Random random = new(seed);
        MessageQueue batch = new();
        for (int next = 0; next < Messages;)
        {
            for (int count = random.Next(1, 20); count > 0 && next < Messages; count--)
                batch.Add(Message(next++));
            while (!_inbox.TryDeliver(batch))
                _inbox.WaitForRoom();
            Thread.SpinWait(random.Next(500));
        }
        _inbox.Close();
    }

    private void Note(WebSocketMessage message) => Note(message.Data);

    private void Note(byte[] data) => Interlocked.Increment(ref _taken[BitConverter.ToInt32(data, 0)]);

    private void ReceivePatiently()
    {
        while (_inbox.Take(Never, CancellationToken.None, out WebSocketMessage message) == TakeResult.Taken)
            Note(message);
    }

    private void ReceiveIntoBuffer()
    {
        byte[] buffer = new byte[4];
        while (_inbox.Take(Never, buffer, out _, out _) == TakeResult.Taken)
            Note(buffer);
    }

    private void ReceiveHastily(int seed)
    {
        Random random = new(seed);
        while (true)
        {
            TakeResult result = _inbox.Take(
                TimeSpan.FromTicks(random.Next(20_000)), CancellationToken.None, out WebSocketMessage message);
            if (result == TakeResult.Closed)
                return;
            if (result == TakeResult.Taken)
                Note(message);
        }
    }

    private void ReceiveCancelled(int seed)
    {
        Random random = new(seed);
        while (true)
        {
            using CancellationTokenSource source = new();
            source.CancelAfter(random.Next(3));
            try
            {
                if (_inbox.Take(Never, source.Token, out WebSocketMessage message) == TakeResult.Closed)
                    return;
                Note(message);
            }
            catch (OperationCanceledException)
            {
                // The next turn receives what this one did not.
            }
        }
    }

#if NET
    private void ReceiveThroughInterrupts()
    {
        while (true)
        {
            try
            {
                if (_inbox.Take(Never, CancellationToken.None, out WebSocketMessage message) == TakeResult.Closed)
                    return;
                Note(message);
            }
            catch (ThreadInterruptedException)
            {
                // The next turn receives what this one did not.
            }
        }
    }
#endif
}
