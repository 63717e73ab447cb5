// A client in a process of its own, for a test that reads the trace of its system calls. Argument: URL of a server that answers a message of
// one byte with a thousand short ones at once, in fragments if it is a 1, with a single one if it is a 2, and nothing else. Each mark is a call that the trace shows, and names what comes after it.
using System;
using System.Buffers;
using System.IO;
using System.Threading;
using Sync.WebSockets;

const int Burst = 1000;
const int Sends = 100;
const int RoundTrips = 500;

byte[] order = [0];
byte[] orderOfFragments = [1];
byte[] orderOfOne = [2];
byte[] message = new byte[64];
ArrayBufferWriter<byte> writer = new();
using WebSocketClient client = WebSocketClient.Connect(args[0]);

// Once for the compiler, and once to be looked at.
for (int round = 1; round <= 2; round++)
{
    client.Send(order);
    while (client.CheckHealth().QueuedMessages < Burst)
        Thread.Yield();
    Mark("receive", round);
    ReceiveBurst();
    Mark("send", round);
    for (int i = 0; i < Sends; i++)
        client.Send(message);
    Mark("order", round);
    client.Send(order);
    ReceiveBurst();
    Mark("fragments", round);
    client.Send(orderOfFragments);
    ReceiveBurst();
    Mark("round trips", round);
    for (int i = 0; i < RoundTrips; i++)
    {
        client.Send(orderOfOne);
        writer.Clear();
        client.Receive(writer, TimeSpan.FromSeconds(10));
    }
    Mark("end", round);
}

void ReceiveBurst()
{
    for (int i = 0; i < Burst; i++)
    {
        writer.Clear();
        client.Receive(writer, TimeSpan.FromSeconds(10));
    }
}

static void Mark(string name, int round) => File.Exists(FormattableString.Invariant($"/mark/{round}/{name}"));
