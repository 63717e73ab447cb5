using System;

namespace BulkTransfer;

/// <summary>Shows how a transfer gets on.</summary>
internal interface IDisplay
{
    /// <summary>Runs it. What it is given it calls, from one thread, whenever there is something new.</summary>
    void During(Action<Action<Figures>> transfer);
}
