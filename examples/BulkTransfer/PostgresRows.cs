using System.Collections.Generic;
using Npgsql;
using NpgsqlTypes;

namespace BulkTransfer;

/// <summary>The table in PostgreSQL.</summary>
internal sealed class PostgresRows : IRowTable
{
    private readonly NpgsqlConnection _connection;
    private bool _isOurs;

    public PostgresRows(string connectionString)
    {
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
    }

    // Fails when there is such a table already: it is somebody else's.
    public void Create(IEnumerable<Row> rows)
    {
        Execute("CREATE TABLE bulk_transfer_rows (id bigint PRIMARY KEY, customer text NOT NULL, city text NOT NULL, cents bigint NOT NULL, at text NOT NULL)");
        _isOurs = true;
        using NpgsqlBinaryImporter import = _connection.BeginBinaryImport("COPY bulk_transfer_rows (id, customer, city, cents, at) FROM STDIN (FORMAT BINARY)");
        foreach (Row row in rows)
        {
            import.StartRow();
            import.Write(row.Id, NpgsqlDbType.Bigint);
            import.Write(row.Customer, NpgsqlDbType.Text);
            import.Write(row.City, NpgsqlDbType.Text);
            import.Write(row.Cents, NpgsqlDbType.Bigint);
            import.Write(row.At, NpgsqlDbType.Text);
        }
        import.Complete();
    }

    public IReadOnlyList<Row> ReadAfter(long id, int count)
    {
        using NpgsqlCommand select = new("SELECT id, customer, city, cents, at FROM bulk_transfer_rows WHERE id > $1 ORDER BY id LIMIT $2", _connection);
        select.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        select.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        using NpgsqlDataReader reader = select.ExecuteReader();
        List<Row> rows = new(count);
        while (reader.Read())
            rows.Add(new Row(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4)));
        return rows;
    }

    public void Dispose()
    {
        if (_isOurs)
            Execute("DROP TABLE bulk_transfer_rows");
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using NpgsqlCommand command = new(sql, _connection);
        command.ExecuteNonQuery();
    }
}
