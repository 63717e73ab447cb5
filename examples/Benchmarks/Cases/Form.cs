namespace Benchmarks.Cases;

/// <summary>What a message comes out as, or goes in as.</summary>
internal enum Form
{
    /// <summary>Bytes in a buffer of the caller's.</summary>
    Buffer,

    /// <summary>Bytes in an array of its own.</summary>
    Array,

    /// <summary>Text in a string.</summary>
    Text,

    /// <summary>Bytes, many messages at once where the client can do that.</summary>
    Batch,
}
