using System.Reflection;
using System.Runtime.Versioning;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;

namespace Sync.WebSockets.Architecture;

/// <summary>Each leg must run over the build of the library that it is named for, or two builds go untested in silence.</summary>
public sealed class LibraryBuildTests
{
#if NETSTANDARD_LIBRARY
    private const string Build = ".NETStandard,Version=v2.0";
#elif NETFRAMEWORK
    private const string Build = ".NETFramework,Version=v4.6.2";
#else
    private const string Build = ".NETCoreApp,Version=v10.0";
#endif

    private static Assembly Library => typeof(Violation).Assembly;

    [Test]
    public void This_leg_runs_over_its_own_build_of_the_library() =>
        Library.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName.Should().Be(Build);

    [Test]
    public void Library_has_a_strong_name() =>
        Library.GetName().GetPublicKeyToken().Should().NotBeNullOrEmpty();
}
