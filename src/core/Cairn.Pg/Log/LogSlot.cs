using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg;

/// <summary>A remembered request in 40 bytes; while its entry is in the log, also where in its block the rest of the entry is.</summary>
/// <param name="at">Where the rest begins, for an entry.</param>
/// <param name="older">How many slots before this one the next is whose request falls into the same bucket.</param>
internal readonly struct LogSlot(DupEntry dup, LogEntryKind kind, int at, uint older)
{
    private readonly ulong _version = dup.Version.Version;
    private readonly ulong _client = dup.Request.Client;
    private readonly ulong _sequence = dup.Request.Sequence;
    private readonly uint _epoch = dup.Version.Epoch.Value;
    private readonly byte _status = (byte)dup.Status;

    public Eversion Version => new(new Epoch(_epoch), _version);

    public RequestId Request => new(_client, _sequence);

    public OpStatus Status => (OpStatus)_status;

    public LogEntryKind Kind { get; } = kind;

    public int At { get; } = at;

    public uint Older { get; } = older;

    public DupEntry ToDup() => new(Version, Request, Status);
}
