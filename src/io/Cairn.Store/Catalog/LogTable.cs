using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Store.Index;

namespace Cairn.Store.Catalog;

/// <summary>
/// The PGs' logs: appended to at the end with every write, trimmed at the front. An entry is copied into its collection's last block and costs
/// no more; a block goes to the index when it is full, or when a checkpoint wants it, and its memory to the next. Under the store's lock.
/// </summary>
/// <remarks>A checkpoint is exact as of one transaction: what is dirty at its instant is frozen, and written before it changes again.</remarks>
internal sealed class LogTable(IndexStore index, CatalogIds ids)
{
    /// <summary>Some 50 entries: an index record for each would cost fifty times as much, and larger blocks more memory a PG.</summary>
    public const int BlockBytes = 4096;

    private const int SparesMax = 256;

    private readonly Stack<byte[]> _spares = [];
    private List<LogBlock> _dirty = [];
    private List<LogBlock> _frozen = [];

    public void Set(Collection collection, Eversion version, ReadOnlySpan<byte> value)
    {
        List<LogBlock> blocks = collection.Log;
        LogBlock? last = blocks.Count > 0 ? blocks[^1] : null;
        if (last is not null && version <= last.Last)
        {
            Insert(collection, version, value);
            return;
        }

        if (last is not null && last.Length + LogBlock.EntryOverhead + value.Length <= BlockBytes)
        {
            BeforeChange(last);
        }
        else
        {
            if (last is not null)
            {
                Unload(last);
            }

            last = Begin(collection, blocks.Count, LogBlock.EntryOverhead + value.Length);
        }

        last.Append(version, value);
    }

    public void Remove(Collection collection, Eversion version)
    {
        int at = BlockFor(collection.Log, version);
        if (at < 0 || collection.Log[at].Last < version)
        {
            return;
        }

        LogBlock block = collection.Log[at];
        BeforeChange(block);
        block.Remove(version);
        if (block.Count == 0)
        {
            Drop(block);
            collection.Log.RemoveAt(at);
        }
    }

    /// <summary>Removes the entries up to and including a version.</summary>
    public void RemoveThrough(Collection collection, Eversion version)
    {
        List<LogBlock> blocks = collection.Log;
        int whole = 0;
        for (; whole < blocks.Count && blocks[whole].Last <= version; whole++)
        {
            Drop(blocks[whole]);
        }

        blocks.RemoveRange(0, whole);
        if (blocks.Count > 0 && blocks[0].First <= version)
        {
            BeforeChange(blocks[0]);
            blocks[0].RemoveThrough(version);
        }
    }

    public void RemoveAll(Collection collection)
    {
        collection.Log.ForEach(Drop);
        collection.Log.Clear();
    }

    public List<KeyValuePair<Eversion, byte[]>> List(Collection collection)
    {
        var entries = new List<KeyValuePair<Eversion, byte[]>>();
        foreach (LogBlock block in collection.Log)
        {
            LogBlock.List(block.IsLoaded ? block.Record : Stored(block), entries);
        }

        return entries;
    }

    /// <summary>Fixes the instant of a checkpoint.</summary>
    public void Freeze()
    {
        Invariant.Require(_frozen.Count == 0);
        (_dirty, _frozen) = (_frozen, _dirty);
    }

    /// <summary>Writes up to <paramref name="max"/> frozen blocks. False when there are no more.</summary>
    public bool WriteFrozen(int max)
    {
        for (; max > 0 && _frozen.Count > 0; max--)
        {
            LogBlock block = _frozen[^1];
            _frozen.RemoveAt(_frozen.Count - 1);
            if (ReferenceEquals(block.DirtyList, _frozen))
            {
                Unload(block);
            }
        }

        return _frozen.Count > 0;
    }

    /// <summary>Takes in a block's record of the checkpoint.</summary>
    /// <exception cref="MalformedDataException">It is not one.</exception>
    public static void Load(Collection collection, ulong id, ReadOnlySpan<byte> record)
    {
        var block = new LogBlock(id, collection.Id);
        block.Sketch(record);
        collection.Log.Add(block);
    }

    /// <summary>All blocks were taken in, in the order of their numbers.</summary>
    public static void EndLoad(Collection collection) => collection.Log.Sort(static (a, b) => a.First.CompareTo(b.First));

    private void Insert(Collection collection, Eversion version, ReadOnlySpan<byte> value)
    {
        int at = Math.Max(BlockFor(collection.Log, version), 0);
        BeforeChange(collection.Log[at]);
        collection.Log[at].Set(version, value);
        SplitIfLong(collection, at);
    }

    private void SplitIfLong(Collection collection, int at)
    {
        LogBlock block = collection.Log[at];
        if (block.Length > BlockBytes && block.Count > 1)
        {
            block.MoveHalfTo(Begin(collection, at + 1, block.Length));
            SplitIfLong(collection, at + 1);
            SplitIfLong(collection, at);
        }
    }

    private LogBlock Begin(Collection collection, int at, int bytes)
    {
        var block = new LogBlock(ids.Next(), collection.Id);
        block.Begin(Rent(bytes + LogBlock.EntryOverhead));
        collection.Log.Insert(at, block);
        BeforeChange(block);
        return block;
    }

    /// <summary>The last block that starts at or before the version, or -1.</summary>
    private static int BlockFor(List<LogBlock> blocks, Eversion version)
    {
        int at = blocks.Count - 1; // From behind: what is neither appended nor trimmed is mostly new.
        while (at >= 0 && blocks[at].First > version)
        {
            at--;
        }

        return at;
    }

    private void BeforeChange(LogBlock block)
    {
        if (ReferenceEquals(block.DirtyList, _frozen))
        {
            Write(block);
        }

        if (!block.IsLoaded)
        {
            ReadOnlySpan<byte> record = Stored(block);
            block.Load(record, Rent(record.Length));
        }

        if (block.DirtyList is null)
        {
            _dirty.Add(block);
            block.DirtyList = _dirty;
        }
    }

    private void Drop(LogBlock block)
    {
        if (ReferenceEquals(block.DirtyList, _frozen))
        {
            Write(block);
        }

        block.DirtyList = null;
        Unload(block);
        if (block.IsInIndex)
        {
            index.Delete(KeyOf(block));
        }
    }

    /// <summary>Leaves the block to the index.</summary>
    private void Unload(LogBlock block)
    {
        if (block.DirtyList is not null)
        {
            Write(block);
        }

        byte[] memory = block.Unload();
        if (memory.Length == BlockBytes && _spares.Count < SparesMax)
        {
            _spares.Push(memory);
        }
    }

    private void Write(LogBlock block)
    {
        if (ReferenceEquals(block.DirtyList, _frozen))
        {
            index.PutFrozen(KeyOf(block), block.Record, isNew: !block.IsInIndex);
        }
        else
        {
            index.Put(KeyOf(block), block.Record, isNew: !block.IsInIndex);
        }

        block.IsInIndex = true;
        block.DirtyList = null;
    }

    private ReadOnlySpan<byte> Stored(LogBlock block)
    {
        Invariant.Require(index.TryGet(KeyOf(block), out ReadOnlySpan<byte> record), $"the index has log block {block.Id}, which a collection lists");
        return record;
    }

    private byte[] Rent(int bytes) => bytes > BlockBytes ? new byte[bytes] : _spares.TryPop(out byte[]? spare) ? spare : new byte[BlockBytes];

    private static IndexKey KeyOf(LogBlock block) => new(block.Id, 0, IndexKind.Log);
}
