namespace Sync.WebSockets.Architecture.Source;

internal sealed record SourceWord(string Text, string Place)
{
    public override string ToString() => $"{Place}: {Text}";
}
