using System;
using System.Collections.Generic;
using System.Globalization;

namespace FeedMonitor;

/// <summary>What the program was called with.</summary>
internal sealed record CommandLine
{
    public const string Usage =
        """
        Usage: dotnet run --project examples/Monitor [-- [URL] [OPTIONS]]

        Shows latency, throughput, losses and reconnects of a WebSocket feed while it runs.
        Without a URL: of a feed server in this process, which drops the connection now and then; the latency is the
        age of its messages when they are received.
        With a URL (ws://... or wss://...): of that server; the latency is the round trip of pings.

          --interval SECONDS   between two pings; default 1
          --subscribe TEXT     send this on every connection that comes up
          --seconds N          end after so long; default: at Ctrl-C
          --svg FILE           write the picture of the whole run at the end

        Exit codes: 0 ended by Ctrl-C or after N seconds, 1 the server refused for good, 2 wrong call.
        """;

    /// <summary>Gets the server; null: that of this process.</summary>
    public Uri? Uri { get; private init; }

    public TimeSpan Interval { get; private init; } = TimeSpan.FromSeconds(1);

    public string? Subscription { get; private init; }

    /// <summary>Gets how long it runs; null: until Ctrl-C.</summary>
    public TimeSpan? Length { get; private init; }

    public string? SvgFile { get; private init; }

    /// <exception cref="ArgumentException">It makes no sense; the message says why.</exception>
    public static CommandLine Parse(IEnumerable<string> args)
    {
        CommandLine call = new();
        using IEnumerator<string> rest = args.GetEnumerator();
        while (rest.MoveNext())
        {
            string word = rest.Current;
            call = word switch
            {
                "--interval" => call with { Interval = Seconds(word, Next(word, rest)) },
                "--subscribe" => call with { Subscription = Next(word, rest) },
                "--seconds" => call with { Length = Seconds(word, Next(word, rest)) },
                "--svg" => call with { SvgFile = Next(word, rest) },
                _ when word.StartsWith('-') => throw new ArgumentException($"There is no option {word}; --help lists them."),
                _ when call.Uri is not null => throw new ArgumentException($"One URL at a time: {word} is one too many."),
                _ => call with { Uri = Url(word) },
            };
        }
        return call;
    }

    private static string Next(string option, IEnumerator<string> rest) =>
        rest.MoveNext() ? rest.Current : throw new ArgumentException($"{option} wants a value.");

    private static Uri Url(string word) =>
        Uri.TryCreate(word, UriKind.Absolute, out Uri? uri) ? uri : throw new ArgumentException($"Not an absolute URI: {word}");

    private static TimeSpan Seconds(string option, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
        && seconds is >= 0.001 and <= 1_000_000
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"{option} wants a number of seconds, such as 0.5, not '{value}'.");
}
