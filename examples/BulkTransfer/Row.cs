namespace BulkTransfer;

/// <summary>A row of the table. Keys are over 0, and have gaps.</summary>
internal sealed record Row(long Id, string Customer, string City, long Cents, string At);
