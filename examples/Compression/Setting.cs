using System.Globalization;

namespace Compression;

/// <summary>What is agreed on.</summary>
/// <param name="WindowBits">0: no compression.</param>
/// <param name="Takeover">Whether messages refer to earlier ones, both ways.</param>
internal readonly record struct Setting(int WindowBits, bool Takeover)
{
    public string Name => WindowBits == 0 ? "none" : WindowBits.ToString(CultureInfo.InvariantCulture);

    public string? Extensions => WindowBits == 0 ? null
        : "permessage-deflate"
        + (WindowBits < 15 ? $"; client_max_window_bits={WindowBits}" : "")
        + (Takeover ? "" : "; client_no_context_takeover; server_no_context_takeover");
}
