using System;
using System.Collections.Generic;

namespace BulkTransfer;

/// <summary>The table, in some database. One thread.</summary>
internal interface IRowTable : IDisposable
{
    /// <summary>Makes the table, for as long as this lives.</summary>
    void Create(IEnumerable<Row> rows);

    /// <summary>The next rows behind a key, in the order of their keys; none: there are no more.</summary>
    IReadOnlyList<Row> ReadAfter(long id, int count);
}
