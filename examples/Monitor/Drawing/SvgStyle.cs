namespace FeedMonitor.Drawing;

/// <summary>The colours of the picture, for light and dark, also for those who do not see all of them.</summary>
internal static class SvgStyle
{
    // No variables: not every program that shows SVG knows them.
    public const string Css =
        """

        text { font: 12px system-ui, sans-serif; fill: #1f2328 }
        .heading { font-size: 16px; font-weight: 600 }
        .muted { fill: #59636e }
        .end { text-anchor: end }
        .middle { text-anchor: middle }
        .page { fill: #ffffff }
        .grid { stroke: #dfe3e8; stroke-width: 1 }
        path { fill: none; stroke-width: 2; stroke-linejoin: round }
        .p50 { stroke: #0072b2 }
        .p95 { stroke: #a86800; stroke-dasharray: 7 3 }
        .p99 { stroke: #b3367a; stroke-dasharray: 2 3 }
        .messages { stroke: #00795a }
        .bytes { stroke: #00795a }
        .loss { stroke: #c62828 }
        .loss line { stroke-width: 1; stroke-dasharray: 2 2 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e2e6eb }
          .muted { fill: #9aa4af }
          .page { fill: #14171c }
          .grid { stroke: #2d333b }
          .p50 { stroke: #56b4e9 }
          .p95 { stroke: #f0b840 }
          .p99 { stroke: #f08cc0 }
          .messages, .bytes { stroke: #2cc295 }
          .loss { stroke: #ff6b5e }
        }

        """;
}
