using System.Runtime.InteropServices;
using Cairn.Messaging.DataPlane;
using Cairn.Store;

namespace Cairn.Osd.Shards;

/// <summary>
/// Which pooled array each slice that passes through a PG belongs to. The core hands slices on without knowing owners; where one leaves
/// the shard again (in a frame), it is found here and kept alive until that frame is sent.
/// </summary>
internal sealed class LentBuffers
{
    private readonly Dictionary<byte[], LentBuffer> _byArray = [];

    // Not in the dictionary yet: that of a read is given back before the next one comes.
    private LentBuffer? _newest;

    public int Count => _byArray.Count + (_newest is null ? 0 : 1);

    /// <summary>Registers a buffer with one reference, the caller's. Empty ones need none.</summary>
    public LentBuffer? Register(ReadOnlyMemory<byte> memory, IDisposable owner)
    {
        if (!MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) || segment.Count == 0)
        {
            owner.Dispose();
            return null;
        }

        if (_newest is { } older)
        {
            _byArray[older.Array] = older;
        }

        return _newest = new LentBuffer(segment.Array!, owner);
    }

    /// <summary>One more reference to the buffer that the slice is of; null if it is nobody's.</summary>
    public LentBuffer? Retain(ReadOnlyMemory<byte> slice) =>
        MemoryMarshal.TryGetArray(slice, out ArraySegment<byte> segment) && segment.Array is { } array
        && Find(array) is { } buffer && buffer.TryRetain() ? buffer : null;

    /// <summary>The core has no slice of it any more; frames under way may.</summary>
    public void Unregister(LentBuffer? buffer)
    {
        if (buffer is not null)
        {
            Forget(buffer);
            buffer.Dispose();
        }
    }

    /// <summary>The core may keep slices for longer than can be told: the array is left to the garbage collector.</summary>
    public void Abandon(LentBuffer? buffer)
    {
        if (buffer is not null)
        {
            Forget(buffer);
            buffer.Abandon();
        }
    }

    private LentBuffer? Find(byte[] array) => _newest?.Array == array ? _newest : _byArray.GetValueOrDefault(array);

    private void Forget(LentBuffer buffer)
    {
        if (_newest == buffer)
        {
            _newest = null;
        }
        else if (_byArray.TryGetValue(buffer.Array, out LentBuffer? registered) && registered == buffer)
        {
            _byArray.Remove(buffer.Array);
        }
    }
}

/// <summary>Counts the references to a pooled array; the last one gives it back.</summary>
internal sealed class LentBuffer(byte[] array, IDisposable owner) : IDisposable
{
    private int _references = 1;

    public byte[] Array { get; } = array;

    public bool TryRetain()
    {
        for (int seen = Volatile.Read(ref _references); seen > 0; seen = Volatile.Read(ref _references))
        {
            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Its first reference is never given back, so that the array never is.</summary>
    public void Abandon()
    {
        switch (owner)
        {
            case PooledBuffer received:
                received.Abandon();
                break;
            case StoreBuffer read:
                read.Abandon();
                break;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            owner.Dispose();
        }
    }
}
