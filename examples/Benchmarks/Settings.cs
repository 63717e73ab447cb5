using System;
using System.Collections.Generic;
using System.Globalization;

namespace Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(15);

    /// <summary>Few and short runs: to see whether it works, not how fast anything is.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>Only cases whose name holds this.</summary>
    public string Only { get; private init; } = "";

    /// <summary>How often each client has its turn in a case.</summary>
    public int Runs { get; private init; } = 15;

    /// <summary>The folder for the report.</summary>
    public string Output { get; private init; } = "docs/benchmarks";

    /// <summary>How many connections `scale` opens.</summary>
    public int Connections { get; private init; } = 10_000;

    /// <summary>How long `scale` keeps them busy.</summary>
    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>About how long a run takes.</summary>
    public TimeSpan RunTime => IsQuick ? Little : Enough;

    /// <summary>How long a client works before it is measured. The runtime compiles hot code anew meanwhile, more than once.</summary>
    public TimeSpan WarmUp => IsQuick ? 2 * Little : 20 * Enough;

    /// <summary>Null: the arguments are wrong.</summary>
    public static Settings? Parse(IEnumerable<string> arguments)
    {
        Settings settings = new();
        using IEnumerator<string> left = arguments.GetEnumerator();
        while (left.MoveNext())
        {
            string name = left.Current;
            if (name == "--quick")
            {
                settings = settings with { IsQuick = true, Runs = 3 };
                continue;
            }
            if (!left.MoveNext() || settings.With(name, left.Current) is not { } changed)
                return null;
            settings = changed;
        }
        return settings;
    }

    private Settings? With(string name, string value)
    {
        bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
        return name switch
        {
            "--only" => this with { Only = value },
            "--output" => this with { Output = value },
            "--runs" when isNumber => this with { Runs = number },
            "--connections" when isNumber => this with { Connections = number },
            "--seconds" when isNumber => this with { Duration = TimeSpan.FromSeconds(number) },
            _ => null,
        };
    }
}
