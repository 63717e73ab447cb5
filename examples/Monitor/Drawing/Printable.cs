using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace FeedMonitor.Drawing;

// What a server says in a Close frame, or in the status line of a refusal, ends up in messages of exceptions. Shown as it is, it could move
// the cursor of the terminal, turn the direction of the writing, or make XML that no parser takes.

/// <summary>Text of others, made fit to be shown on one line, and in XML.</summary>
internal static class Printable
{
    private const int Longest = 200;

    public static string Text(string text)
    {
        StringBuilder result = new();
        foreach (Rune rune in text.EnumerateRunes().Take(Longest))
            result.Append(IsPrintable(rune) ? rune.ToString() : " ");
        return result.ToString().Trim();
    }

    /// <summary>Where it goes, without what may be secret: user, password and query.</summary>
    public static string Address(Uri uri) =>
        Text(uri.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped));

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
