using System.Buffers;
using Cairn.Objects.Binary;
using Cairn.Store.Extents;
using Cairn.Store.Index;

namespace Cairn.Store.Catalog;

/// <summary>
/// Writes changed onodes and chunks to the index: not with each transaction, but when they leave the cache or a checkpoint wants them. An
/// object overwritten a thousand times between two checkpoints is encoded once. Under the store's lock.
/// </summary>
/// <remarks>
/// A checkpoint is exact as of one transaction: what is dirty at its instant is frozen, and written before it changes again.
/// </remarks>
internal sealed class OnodeWriteBack(IndexStore index)
{
    private readonly ArrayBufferWriter<byte> _encoded = new(4096);
    private DirtyOnodes _dirty = new();
    private DirtyOnodes _frozen = new();

    /// <summary>Call before any change of the onode or one of its chunks.</summary>
    public void BeforeChange(Onode onode)
    {
        if (ReferenceEquals(onode.DirtyList, _frozen))
        {
            Write(onode);
        }

        if (onode.DirtyList is null)
        {
            _dirty.Add(onode);
        }
    }

    /// <summary>Writes what differs, if anything does.</summary>
    public void Write(Onode onode)
    {
        if (onode.DirtyList is not { } list)
        {
            return;
        }

        bool asFrozen = ReferenceEquals(list, _frozen);
        if (onode.Loaded is { } loaded)
        {
            foreach (Chunk chunk in loaded.Values)
            {
                WriteIfDirty(onode, chunk, asFrozen);
            }
        }

        if (onode.RecordDirty)
        {
            OnodeCodec.Encode(onode, Encoding());
            Put(new IndexKey(onode.Uid, 0, IndexKind.Onode), isNew: !onode.IsInIndex, asFrozen);
            onode.IsInIndex = true;
            onode.RecordDirty = false;
        }

        list.Remove(onode);
    }

    /// <summary>The object is removed: nothing of it needs to be written.</summary>
    public static void Forget(Onode onode) => onode.DirtyList?.Remove(onode);

    /// <summary>Fixes the instant of a checkpoint.</summary>
    public void Freeze()
    {
        Cairn.Maps.Invariant.Require(_frozen.First is null);
        (_dirty, _frozen) = (_frozen, _dirty);
    }

    /// <summary>Writes up to <paramref name="max"/> frozen onodes. False when there are no more.</summary>
    public bool WriteFrozen(int max)
    {
        for (; max > 0 && _frozen.First is { } onode; max--)
        {
            Write(onode);
        }

        return _frozen.First is not null;
    }

    private void WriteIfDirty(Onode onode, Chunk chunk, bool asFrozen)
    {
        if (chunk.Dirty)
        {
            ChunkCodec.Encode(chunk, Encoding());
            Put(new IndexKey(onode.Uid, chunk.Number, IndexKind.Chunk), isNew: !chunk.IsInIndex, asFrozen);
            chunk.IsInIndex = true;
            chunk.Dirty = false;
        }
    }

    private void Put(IndexKey key, bool isNew, bool asFrozen)
    {
        if (asFrozen)
        {
            index.PutFrozen(key, _encoded.WrittenSpan, isNew);
        }
        else
        {
            index.Put(key, _encoded.WrittenSpan, isNew);
        }
    }

    private ByteWriter Encoding()
    {
        _encoded.ResetWrittenCount();
        return new ByteWriter(_encoded);
    }
}
