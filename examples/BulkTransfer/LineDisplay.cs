using System;

namespace BulkTransfer;

/// <summary>A line for every tenth of the rows: for a file or a pipe.</summary>
internal sealed class LineDisplay(long rows) : IDisplay
{
    public void During(Action<Action<Figures>> transfer)
    {
        long tenths = 0;
        transfer(now =>
        {
            if (10 * now.Rows / rows == tenths)
                return;
            tenths = 10 * now.Rows / rows;
            Console.WriteLine(FormattableString.Invariant($"{10 * tenths,4} % {now}"));
        });
    }
}
