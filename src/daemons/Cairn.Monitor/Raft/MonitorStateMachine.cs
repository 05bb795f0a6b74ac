using System.Buffers;
using Cairn.Monitor.State;
using Cairn.Monitor.State.Applying;
using DotNext.IO;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;
using StateEntry = Cairn.Monitor.State.Wire.LogEntry;

namespace Cairn.Monitor.Raft;

/// <summary>Feeds committed log entries to the <see cref="MonitorState"/>, and keeps it in snapshots.</summary>
internal sealed class MonitorStateMachine : SimpleStateMachine
{
    // A follower that is further behind than the log reaches back gets the snapshot: without any it might never catch up.
    private const long SnapshotEveryEntries = 10_000;

    private readonly Action<AppliedEntry> _applied;
    private readonly Action<Exception> _broken;

    private volatile MonitorState _state = MonitorState.Empty;
    private long _sinceSnapshot;

    /// <param name="applied">Called in log order, after <see cref="State"/> shows the entry. Must not block.</param>
    /// <param name="broken">Called when an entry can't be applied: the daemon must stop, it would go another way than its peers.</param>
    public MonitorStateMachine(DirectoryInfo directory, Action<AppliedEntry> applied, Action<Exception> broken)
        : base(directory)
    {
        _applied = applied;
        _broken = broken;
    }

    public MonitorState State => _state;

    /// <summary>Index of the newest entry applied.</summary>
    public long AppliedIndex { get; private set; }

    protected override async ValueTask<bool> ApplyAsync(LogEntry entry, CancellationToken token)
    {
        ReadOnlySequence<byte> payload = entry.TryGetPayload(out ReadOnlySequence<byte> at)
            ? at
            : new ReadOnlySequence<byte>(await entry.ToByteArrayAsync(token: token));
        AppliedIndex = entry.Index;
        if (payload.IsEmpty)
        {
            return false; // A new leader's mark.
        }

        try
        {
            Apply(StateEntry.Parser.ParseFrom(payload), entry.Context as ProposalBatch);
        }
        catch (Exception bug)
        {
            _broken(bug);
            throw;
        }

        bool due = ++_sinceSnapshot >= SnapshotEveryEntries;
        _sinceSnapshot = due ? 0 : _sinceSnapshot;
        return due;
    }

    private void Apply(StateEntry entry, ProposalBatch? batch)
    {
        AppliedEntry applied = _state.Apply(entry);
        _state = applied.State;
        _applied(applied);
        batch?.Complete(applied.Results);
    }

    protected override async ValueTask PersistAsync(IAsyncBinaryWriter writer, CancellationToken token) =>
        await writer.Invoke(SnapshotCodec.Encode(_state), token);

    protected override async ValueTask RestoreAsync(FileInfo snapshotFile, CancellationToken token)
    {
        MonitorState restored = SnapshotCodec.Decode(await File.ReadAllBytesAsync(snapshotFile.FullName, token));
        _state = restored;
        _sinceSnapshot = 0;
        _applied(new AppliedEntry(restored, [], []));
    }
}
