using System;
using System.Buffers;
using System.IO;
using System.Net.WebSockets;

namespace Sync.WebSockets.Consumers
{
    /// <summary>Messages as streams.</summary>
    public static class Streams
    {
        public static void Send(WebSocketClient client, Stream source)
        {
            client.Send(source, WebSocketMessageType.Binary);
            client.Send(source, WebSocketMessageType.Binary, compress: false);
            client.Send(stream => source.CopyTo(stream), WebSocketMessageType.Binary);
            client.Send(source.CopyTo, WebSocketMessageType.Text, compress: false);
        }

        public static void SendMany(WebSocketClient client)
        {
            client.SendBatch(new[] { "a", "b" });
            client.SendBatch(new[] { new byte[] { 1 }, Array.Empty<byte>() }, WebSocketMessageType.Binary);
        }

        public static WebSocketMessageType Receive(WebSocketClient client, Stream destination, IBufferWriter<byte> writer)
        {
            using (WebSocketMessageStream stream = client.OpenReceiveStream())
            {
                stream.ReadTimeout = 1000;
                stream.CopyTo(destination);
                Console.WriteLine(stream.MessageType + " " + stream.Position);
            }
            client.OpenReceiveStream(TimeSpan.FromSeconds(1)).Dispose();
            return client.Receive(writer, TimeSpan.FromSeconds(1));
        }
    }
}
