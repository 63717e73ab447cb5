namespace Sync.WebSockets.Conformance;

/// <summary>How the server cuts what it sends into writes; any other number is a size in octets.</summary>
internal static class Chop
{
    public const int Frames = -1;
    public const int Whole = 0;
    public const int Octets = 1;
}
