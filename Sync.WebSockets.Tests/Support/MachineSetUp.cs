using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets;

/// <summary>Has the machine watched from before the first test on.</summary>
[SetUpFixture]
public sealed class MachineSetUp
{
    [OneTimeSetUp]
    public void Watch() => Machine.Watch();
}
