using System.IO;
using System.Linq;
using System.Reflection;

namespace Sync.WebSockets.Architecture;

/// <summary>Where the sources lie. From the build, because reproducible builds hide the real path from [CallerFilePath].</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot")
        .Value!;

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);
}
