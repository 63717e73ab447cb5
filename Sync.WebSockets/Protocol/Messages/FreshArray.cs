namespace Sync.WebSockets.Protocol.Messages;

/// <summary>Arrays whose content does not matter, since it is about to be written: where the runtime can, they are not cleared.</summary>
internal static class FreshArray
{
    public static byte[] Of(int length)
    {
#if NET
        return System.GC.AllocateUninitializedArray<byte>(length);
#else
        return new byte[length];
#endif
    }
}
