using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
#if NETSTANDARD_LIBRARY
using System.Runtime.CompilerServices;

[assembly: SetCulture("tr-TR")]
#endif

namespace Sync.WebSockets.Architecture;

/// <summary>The leg of the netstandard2.0 build runs where "i".ToUpper() is not "I", threads of the library included.</summary>
public sealed class CultureTests
{
#if NETSTANDARD_LIBRARY
#pragma warning disable CA2255 // A test assembly, whose threads have to start in the culture.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void StartThreadsInTurkish() => CultureInfo.DefaultThreadCurrentCulture = new CultureInfo("tr-TR");

    [Test]
    public void Tests_and_their_threads_run_in_Turkish()
    {
        string? other = null;
        Support.Run.InBackground(() => other = CultureInfo.CurrentCulture.Name).Join();

        other.Should().Be("tr-TR");
        CultureInfo.CurrentCulture.Name.Should().Be("tr-TR");
        "i".ToUpper(CultureInfo.CurrentCulture).Should().Be("\u0130");
    }
#else
    [Test]
    public void Turkish_is_known_to_this_machine() =>
        "i".ToUpper(new CultureInfo("tr-TR")).Should().Be("\u0130", "another leg of the tests runs in it");
#endif
}
