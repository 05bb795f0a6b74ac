namespace Cairn.Pg.Clients;

/// <summary>
/// Who is at an object. Operations on one object start in the order they came; writes may follow each other into flight, reads wait until
/// what is in flight is committed, and writers wait for readers, so that no read sees what might yet be undone.
/// </summary>
internal sealed class ObjectGate
{
    /// <summary>Not committed yet.</summary>
    public int WritesInFlight { get; set; }

    /// <summary>Reads, or copies being made, that need the data to stay as it is.</summary>
    public int Readers { get; set; }

    /// <summary>A write is reading what it must compare with.</summary>
    public WaitingOp? Exclusive { get; set; }

    public Queue<WaitingOp> Waiting { get; } = [];

    /// <summary>The input in which the object was last written: the catalog shows it from the next one on.</summary>
    public ulong WrittenIn { get; set; }

    public bool IsIdle => WritesInFlight == 0 && Readers == 0 && Exclusive is null && Waiting.Count == 0;
}
