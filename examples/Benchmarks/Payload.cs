using System;
using System.Linq;
using System.Text;

namespace Benchmarks;

/// <summary>What messages hold.</summary>
internal static class Payload
{
    /// <summary>Rows of JSON, ASCII only and cut to the size; different ones for each number.</summary>
    public static byte[] Json(int size, int number)
    {
        string[] cities = ["Aachen", "Bergen", "Cork", "Dublin", "Espoo", "Florence"];
        Random random = new(number);
        StringBuilder rows = new();
        for (int id = number * 1000; rows.Length < size; id++)
            rows.Append(FormattableString.Invariant($"{{\"id\":{id},\"name\":\"customer {random.Next(100_000)}\",\"city\":\"{cities[random.Next(cities.Length)]}\",\"amount\":{random.Next(1_000_000) / 100.0}}}\n"));
        return Encoding.ASCII.GetBytes(rows.ToString(0, size));
    }

    /// <summary>As many different ones as fit into 512 KiB, two at least.</summary>
    public static byte[][] Jsons(int size) =>
        [.. Enumerable.Range(0, Math.Clamp(512 * 1024 / Math.Max(1, size), 2, 64)).Select(number => Json(size, number))];
}
