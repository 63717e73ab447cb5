using System.Collections.Generic;

namespace BulkTransfer;

/// <summary>The table in SQLite.</summary>
internal sealed class SqliteRows : IRowTable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _select;

    /// <param name="database">Where it is, or is made; disposed with this.</param>
    public SqliteRows(SqliteDatabase database)
    {
        _database = database;
        _database.Execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, city TEXT NOT NULL, cents INTEGER NOT NULL, at TEXT NOT NULL)");
        _insert = _database.Prepare("INSERT INTO rows (id, customer, city, cents, at) VALUES (?, ?, ?, ?, ?)");
        _select = _database.Prepare("SELECT id, customer, city, cents, at FROM rows WHERE id > ? ORDER BY id LIMIT ?");
    }

    public void Create(IEnumerable<Row> rows) => _database.InTransaction(() =>
    {
        foreach (Row row in rows)
            Insert(row);
    });

    public void Insert(Row row) =>
        _insert.Bind(1, row.Id).Bind(2, row.Customer).Bind(3, row.City).Bind(4, row.Cents).Bind(5, row.At).Run();

    public IReadOnlyList<Row> ReadAfter(long id, int count)
    {
        List<Row> rows = new(count);
        _select.Bind(1, id).Bind(2, count);
        while (_select.Step())
            rows.Add(new Row(_select.Integer(0), _select.Text(1), _select.Text(2), _select.Integer(3), _select.Text(4)));
        _select.Reset();
        return rows;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _select.Dispose();
        _database.Dispose();
    }
}
