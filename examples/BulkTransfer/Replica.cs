using System;
using System.IO;
using System.Threading;

namespace BulkTransfer;

/// <summary>The table at the client's end, and the cursor: up to which key it is whole. One thread writes, any may ask for the cursor.</summary>
internal sealed class Replica : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteRows _rows;
    private readonly SqliteStatement _setCursor;
    private long _cursor;

    public Replica(string path)
    {
        _database = new SqliteDatabase(path);
        _rows = new SqliteRows(_database);
        // One row. A program that was ended in the midst of a transfer goes on from it.
        _database.Execute("CREATE TABLE IF NOT EXISTS cursor (only INTEGER PRIMARY KEY CHECK (only = 1), id INTEGER NOT NULL); INSERT OR IGNORE INTO cursor VALUES (1, 0)");
        _setCursor = _database.Prepare("UPDATE cursor SET id = ?");
        using SqliteStatement getCursor = _database.Prepare("SELECT id FROM cursor");
        getCursor.Step();
        _cursor = getCursor.Integer(0);
    }

    /// <summary>The last key that was written, together with all before it; 0: none was.</summary>
    public long Cursor => Volatile.Read(ref _cursor);

    public IRowTable Rows => _rows;

    /// <summary>Writes the rows behind the cursor, and the cursor with them: both or neither.</summary>
    /// <returns>How many rows were new: none of a batch that was sent again.</returns>
    public int Append(Batch batch)
    {
        long cursor = _cursor;
        if (batch.After > cursor)
            throw new InvalidDataException($"Rows between {cursor} and {batch.After} are missing.");
        long last = batch.Rows[^1].Id;
        if (last <= cursor)
            return 0;
        int written = 0;
        _database.InTransaction(() =>
        {
            foreach (Row row in batch.Rows)
            {
                if (row.Id <= cursor)
                    continue;
                _rows.Insert(row);
                written++;
            }
            _setCursor.Bind(1, last).Run();
        });
        Volatile.Write(ref _cursor, last);
        return written;
    }

    public void Dispose()
    {
        _setCursor.Dispose();
        _rows.Dispose();
    }
}
