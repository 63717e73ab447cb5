namespace Sync.WebSockets.Protocol.Frames;

// 5.2: 3-7 and 11-15 are reserved, and refused by the decoder.
internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
