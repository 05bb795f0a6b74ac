using System.Text.Json.Serialization;

namespace Cairn.Osd.Admin;

/// <summary>What <c>cairn pg query</c> shows of a PG. What only a primary knows is null on the others.</summary>
internal sealed record PgQuery
{
    public required string Pg { get; init; }

    public required string State { get; init; }

    public IEnumerable<int>? Up { get; init; }

    public IEnumerable<int>? Acting { get; init; }

    public string? LastUpdate { get; init; }

    public string? LogTail { get; init; }

    public long? Objects { get; init; }

    public IEnumerable<int>? BlockedBy { get; init; }
}

[JsonSerializable(typeof(PgQuery))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class PgQueryJson : JsonSerializerContext;
