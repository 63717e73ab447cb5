using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets;

/// <summary>
/// HTTP headers in the order in which they were added. Names are compared without case; a name may be there several times.
/// </summary>
/// <remarks>
/// <para>A header is checked when it is added (RFC 9110, 5.1 and 5.5), so a list that exists can be sent: no value can smuggle a second
/// header in. Characters from U+0080 to U+00FF go out as one Latin-1 octet each. Nothing is trimmed, folded or encoded.</para>
/// <para>Exceptions and <see cref="ToString"/> name headers but never show a value: it may be a password or a cookie.</para>
/// <para>Not safe for use from several threads while one of them changes it.</para>
/// </remarks>
/// <example><code>var headers = new WebSocketHeaders { { "Authorization", "Bearer x" }, { "X-Client", "feed" } };</code></example>
[SuppressMessage("Naming", "CA1710", Justification = "HTTP calls them headers, and so does .NET.")]
public sealed class WebSocketHeaders : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _headers;

    /// <summary>Makes an empty list.</summary>
    public WebSocketHeaders() => _headers = [];

    private WebSocketHeaders(WebSocketHeaders other) => _headers = [.. other._headers];

    /// <summary>How many headers there are; a name that is there twice counts twice.</summary>
    public int Count => _headers.Count;

    /// <summary>
    /// Reads all values of a name, joined with ", " in their order, or null when there is none. Setting replaces all of them by one header
    /// at the end of the list; setting null removes them.
    /// </summary>
    /// <param name="name">The header's name, in any case.</param>
    /// <remarks>Set-Cookie is no comma list: read it with <see cref="GetValues"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">Set only: the name is no token, or the value holds a character that a header cannot
    /// carry.</exception>
    public string? this[string name]
    {
        get
        {
            IReadOnlyList<string> values = GetValues(name);
            return values.Count == 0 ? null : string.Join(", ", values);
        }
        set
        {
            UpgradeRules.CheckHeaderName(name);
            UpgradeRules.CheckHeaderValue(name, value);
            Remove(name);
            if (value is not null)
                AddUnchecked(name, value);
        }
    }

    /// <summary>Adds a header at the end. Others of the same name stay.</summary>
    /// <param name="name">A token: letters, digits and !#$%&amp;'*+-.^_`|~ (RFC 9110, 5.6.2).</param>
    /// <param name="value">Characters U+0020 to U+007E, tab, and U+0080 to U+00FF. May be empty.</param>
    /// <exception cref="ArgumentNullException">The name or the value is null.</exception>
    /// <exception cref="ArgumentException">
    /// The name is no token, or the value holds CR, LF, NUL, another control character or one above U+00FF. The message tells which and
    /// where.
    /// </exception>
    public void Add(string name, string value)
    {
        UpgradeRules.CheckHeaderName(name);
        if (value is null)
            throw new ArgumentNullException(nameof(value));
        UpgradeRules.CheckHeaderValue(name, value);
        AddUnchecked(name, value);
    }

    /// <summary>Whether there is a header of this name.</summary>
    /// <param name="name">The header's name, in any case.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool Contains(string name)
    {
        if (name is null)
            throw new ArgumentNullException(nameof(name));
        return _headers.Exists(header => IsNamed(header, name));
    }

    /// <summary>The values of a name, one per header, in their order; empty when there is none.</summary>
    /// <param name="name">The header's name, in any case.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public IReadOnlyList<string> GetValues(string name)
    {
        if (name is null)
            throw new ArgumentNullException(nameof(name));
        return _headers.FindAll(header => IsNamed(header, name)).ConvertAll(header => header.Value);
    }

    /// <summary>Removes every header of this name.</summary>
    /// <param name="name">The header's name, in any case.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool Remove(string name)
    {
        if (name is null)
            throw new ArgumentNullException(nameof(name));
        return _headers.RemoveAll(header => IsNamed(header, name)) > 0;
    }

    /// <summary>Goes through names and values in their order.</summary>
    /// <returns>An enumerator; it fails once the list is changed.</returns>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _headers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The names, for logs. Values are left out: they may be secrets.</summary>
    /// <returns>The names, joined with ", ".</returns>
    public override string ToString() => string.Join(", ", _headers.ConvertAll(header => header.Key));

    internal WebSocketHeaders Copy() => new(this);

    // For headers off the wire, which the parser has checked.
    internal void AddUnchecked(string name, string value) => _headers.Add(new KeyValuePair<string, string>(name, value));

    private static bool IsNamed(KeyValuePair<string, string> header, string name) =>
        HttpGrammar.IsSame(header.Key, name);
}
