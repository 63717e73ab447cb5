using System;

namespace Benchmarks.Cases;

/// <summary>A row of the report.</summary>
/// <param name="Group">The table that it stands in.</param>
/// <param name="Name">What it is called there.</param>
/// <param name="Measure">What is done.</param>
/// <param name="Size">Bytes in a message.</param>
/// <param name="Form">What a message comes out as, or goes in as.</param>
/// <param name="IsTls">Over TLS.</param>
/// <param name="IsDeflated">JSON, compressed by permessage-deflate.</param>
/// <param name="OneCore">Client and server share a core, so that how fast an idle core wakes does not count.</param>
internal sealed record Case(
    string Group, string Name, Measure Measure, int Size = 0, Form Form = Form.Buffer, bool IsTls = false, bool IsDeflated = false, bool OneCore = false)
{
    public string FullName => Group + ", " + Name;

    /// <summary>Whether a time is told, of which less is better, or a rate.</summary>
    public bool IsTimed => Measure is Measure.RoundTrip or Measure.Connect;

    /// <summary>What the server is asked for.</summary>
    public string Path => Measure switch
    {
        Measure.Receive when IsDeflated => FormattableString.Invariant($"/flood/{Size}/json"),
        Measure.Receive when Form == Form.Text => FormattableString.Invariant($"/flood/{Size}/text"),
        Measure.Receive => FormattableString.Invariant($"/flood/{Size}/binary"),
        Measure.Send => "/sink",
        _ => "/echo",
    };
}
