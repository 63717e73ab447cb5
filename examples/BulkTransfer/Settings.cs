using System;
using System.Collections.Generic;
using System.Globalization;

namespace BulkTransfer;

/// <summary>What the program is called with.</summary>
internal sealed record Settings
{
    public long Rows { get; private init; } = 1_000_000;

    public int BatchRows { get; private init; } = 10_000;

    /// <summary>How many batches may be unacknowledged.</summary>
    public int Window { get; private init; } = 4;

    /// <summary>How often the connection is cut.</summary>
    public int Cuts { get; private init; }

    public int Seed { get; private init; } = Random.Shared.Next(1_000_000);

    /// <summary>The connection string; null: the rows come from SQLite.</summary>
    public string? Postgres { get; private init; }

    /// <summary>The file with the rows.</summary>
    public string? Sqlite { get; init; }

    public IRowTable OpenSource() => Postgres is null ? new SqliteRows(new SqliteDatabase(Sqlite!)) : new PostgresRows(Postgres);

    /// <summary>The arguments with which the server is started.</summary>
    public IEnumerable<string> ForServer() =>
    [
        .. Postgres is null ? ["--sqlite", Sqlite!] : (string[])["--postgres", Postgres],
        "--batch", BatchRows.ToString(CultureInfo.InvariantCulture),
        "--window", Window.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Null: that is no way to call it.</summary>
    public static Settings? Parse(ReadOnlySpan<string> arguments)
    {
        Settings? settings = new();
        while (settings is not null && arguments is [var option, .. var rest])
        {
            string? value = rest is [var next, ..] && !next.StartsWith("--", StringComparison.Ordinal) ? next : null;
            settings = settings.With(option, value);
            arguments = value is null ? rest : rest[1..];
        }
        return settings;
    }

    private Settings? With(string option, string? value) => option switch
    {
        "--rows" => Number(value, 1_000_000_000) is { } rows ? this with { Rows = rows } : null,
        // A batch is one message, and has to stay under MaxMessageSize.
        "--batch" => Number(value, 100_000) is { } batch ? this with { BatchRows = batch } : null,
        "--window" => Number(value, 1000) is { } window ? this with { Window = window } : null,
        "--chaos" => Number(value ?? "100", 100_000) is { } cuts ? this with { Cuts = cuts } : null,
        "--seed" => Number(value, int.MaxValue) is { } seed ? this with { Seed = seed } : null,
        "--postgres" => value is null ? null : this with { Postgres = value },
        "--sqlite" => value is null ? null : this with { Sqlite = value },
        _ => null,
    };

    private static int? Number(string? text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most ? number : null;
}
