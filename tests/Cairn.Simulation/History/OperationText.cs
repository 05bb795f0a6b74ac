using System.Globalization;
using System.Text;
using Cairn.Objects.Operations;

namespace Cairn.Simulation.History;

/// <summary>An operation in one line.</summary>
public static class OperationText
{
    public static string Of(Operation operation)
    {
        string answer = operation.Reply is not { } reply ? "unanswered"
            : $"{reply.Status} {reply.Version}{string.Concat(reply.Results.Where(static r => !r.Data.IsEmpty).Select(static r => $" read {Of(r.Data)}"))}";
        string until = operation.IsAnswered ? Seconds(operation.AnsweredUs) : "...";
        return $"[{Seconds(operation.InvokedUs)} {until}] {operation.Object} {string.Join(" + ", operation.Steps.Select(Of))} -> {answer}";
    }

    /// <summary>Short data as text; long data by length, beginning and checksum.</summary>
    public static string Of(ReadOnlyMemory<byte> data) => data.Length <= 96
        ? $"'{Encoding.Latin1.GetString(data.Span).Replace('\0', '.')}'"
        : $"{data.Length} bytes '{Encoding.Latin1.GetString(data.Span[..12]).Replace('\0', '.')}...' {Maps.Crc32C.Compute(data.Span):x8}";

    private static string Of(ObjectOp step) => step switch
    {
        WriteFullOp s => $"write-full {Of(s.Data)}",
        WriteOp s => $"write {Of(s.Data)} at {s.Offset}",
        AppendOp s => $"append {Of(s.Data)}",
        TruncateOp s => $"truncate {s.Size}",
        CompareExtentOp s => $"if {Of(s.Data)} at {s.Offset}",
        ReadOp s => s is { Offset: 0, Length: 0 } ? "read" : $"read {s.Length} at {s.Offset}",
        _ => step.GetType().Name,
    };

    private static string Seconds(long us) => (us / 1e6).ToString("F6", CultureInfo.InvariantCulture);
}
