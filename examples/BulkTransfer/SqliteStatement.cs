using System;
using SQLitePCL;

namespace BulkTransfer;

/// <summary>A statement that is used again and again: bind, step until there are no more rows, reset.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    /// <param name="parameter">From 1 on.</param>
    /// <param name="value">What stands for it.</param>
    public SqliteStatement Bind(int parameter, long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    /// <inheritdoc cref="Bind(int, long)"/>
    public SqliteStatement Bind(int parameter, string value)
    {
        database.Check(raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    /// <summary>For what gives no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>False: there are no more rows.</summary>
    public bool Step()
    {
        int result = raw.sqlite3_step(handle);
        database.Check(result);
        return result == raw.SQLITE_ROW;
    }

    public void Reset() => database.Check(raw.sqlite3_reset(handle));

    /// <param name="column">From 0 on.</param>
    public long Integer(int column) => raw.sqlite3_column_int64(handle, column);

    /// <inheritdoc cref="Integer"/>
    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public void Dispose() => handle.Dispose();
}
