using System;
using Spectre.Console;

namespace BulkTransfer;

/// <summary>A bar that moves: for a terminal.</summary>
internal sealed class BarDisplay(long rows) : IDisplay
{
    public void During(Action<Action<Figures>> transfer) => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(progress =>
        {
            ProgressTask task = progress.AddTask("connecting", maxValue: rows);
            transfer(now =>
            {
                task.Value = now.Rows;
                task.Description = Markup.Escape(now.ToString());
            });
        });
}
