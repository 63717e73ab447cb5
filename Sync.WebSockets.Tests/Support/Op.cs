namespace Sync.WebSockets.Support;

/// <summary>Opcodes of RFC 6455 11.8 as plain numbers: a hostile script also needs the reserved ones.</summary>
internal static class Op
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;
}
