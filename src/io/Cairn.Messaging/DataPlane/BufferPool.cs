using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Messaging.DataPlane;

/// <summary>
/// Recycles arrays for payloads. Small ones come from the shared array pool; from 16 KiB on they are pinned arrays of our own, whose
/// usable part begins at a page boundary. Touching fresh memory is what makes recycling worth it; idle arrays go to the collector while
/// those in use and idle exceed a bound, and those that were idle for some time give their pages to the machine. Thread-safe.
/// </summary>
internal sealed class BufferPool
{
    public const int PageBytes = 4096;
    private const int AlignedFrom = 16 << 10;

    /// <summary>
    /// What each class takes above its power of two: objects are powers of two, and a replica gets a few hundred bytes with the object's data.
    /// </summary>
    private const int SlackBytes = 4096;
    private const int SmallestClassLog = 14;
    private const int ClassCount = 14; // 16 KiB, 32 KiB, ... 128 MiB.

    /// <summary>Growth after which it is told: as much as matters beside a memory target.</summary>
    private const long GrowthBytes = 8 << 20;

    private readonly Lock _lock = new();
    private readonly SizeClass[] _classes = [.. Enumerable.Range(0, ClassCount).Select(static _ => new SizeClass())];
    private long _bytes;
    private long _givenBack;
    private long _toldAt;

    public static BufferPool Shared { get; } = new();

    /// <summary>Bytes in use and idle above which idle ones are not kept.</summary>
    public long BytesMax { get; set; } = 128L << 20;

    /// <summary>Called, by whoever rents, when the memory of all arrays has grown by a good deal. It must not wait.</summary>
    public Action? Grew { get; set; }

    /// <summary>Memory of the arrays in use and idle: not that of arrays whose pages were given back.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes - _givenBack;
            }
        }
    }

    public PooledBuffer Rent(int length, ReceiveBudget? budget)
    {
        if (length == 0 && budget is null)
        {
            return PooledBuffer.Empty;
        }

        if (length < AlignedFrom)
        {
            // One without bytes is there for its part of the budget.
            return new PooledBuffer(length == 0 ? [] : ArrayPool<byte>.Shared.Rent(length), 0, length, budget);
        }

        (byte[] large, int start) = RentArray(length);
        return new PooledBuffer(large, start, length, budget);
    }

    /// <returns>A pinned array with at least that many bytes and a page more from a page's boundary on, and where that is.</returns>
    public (byte[] Array, int Start) RentArray(int length)
    {
        int index = ClassOf(length);
        int size = (index < ClassCount ? BytesOf(index) : length + SlackBytes) + PageBytes;
        byte[]? array = null;
        bool hasGrown = false;
        lock (_lock)
        {
            if (index >= ClassCount || !_classes[index].TryTakeIdle(out array))
            {
                if (index < ClassCount && _classes[index].GivenBack.TryPop(out array))
                {
                    _givenBack -= size;
                }
                else
                {
                    _bytes += size;
                }

                hasGrown = HasGrown();
            }
        }

        if (array is null)
        {
            array = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            if (size >= ArrayPages.HugeBytesMin)
            {
                ArrayPages.WishForHuge(array);
            }
        }

        if (hasGrown)
        {
            Grew?.Invoke();
        }

        return (array, AlignedStart(array));
    }

    /// <summary>It is left to the collector: it does not count any more.</summary>
    public void Forget(byte[] array)
    {
        if (array.Length >= AlignedFrom + PageBytes)
        {
            lock (_lock)
            {
                _bytes -= array.Length;
            }
        }
    }

    public void Return(byte[] array)
    {
        if (array.Length < AlignedFrom + PageBytes)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }

        int usable = array.Length - PageBytes;
        int index = ClassOf(usable);
        if (index >= ClassCount || usable != BytesOf(index))
        {
            Forget(array);
            ArrayPages.GiveBack(array); // The collector may not come by for long.
            return;
        }

        List<byte[]>? dropped = null;
        lock (_lock)
        {
            _classes[index].Idle.Push(array);
            while (_bytes > BytesMax && DropIdle(index) is { } other)
            {
                _bytes -= other.Length;
                (dropped ??= []).Add(other);
            }
        }

        dropped?.ForEach(ArrayPages.GiveBack);
    }

    /// <summary>Gives back the pages of as many arrays as lay idle all the time since it was called before.</summary>
    public void GiveBackIdle()
    {
        foreach (SizeClass of in _classes)
        {
            byte[]? array;
            do
            {
                lock (_lock)
                {
                    array = of.TakeUnused();
                }

                if (array is not null)
                {
                    ArrayPages.GiveBack(array);
                    lock (_lock)
                    {
                        of.GivenBack.Push(array);
                        _givenBack += array.Length;
                    }
                }
            }
            while (array is not null);

            lock (_lock)
            {
                of.Unused = of.Idle.Count;
            }
        }

        lock (_lock)
        {
            _toldAt = Math.Min(_toldAt, _bytes - _givenBack);
        }
    }

    private bool HasGrown()
    {
        if (_bytes - _givenBack < _toldAt + GrowthBytes)
        {
            return false;
        }

        _toldAt = _bytes - _givenBack;
        return true;
    }

    // What has no pages first, then others: what is of no use any more must not keep out what is in use.
    private byte[]? DropIdle(int spared)
    {
        for (int index = ClassCount - 1; index >= 0; index--)
        {
            if (_classes[index].GivenBack.TryPop(out byte[]? empty))
            {
                _givenBack -= empty.Length;
                return empty;
            }
        }

        for (int index = ClassCount - 1; index >= 0; index--)
        {
            if (index != spared && _classes[index].TryTakeIdle(out byte[]? other))
            {
                return other;
            }
        }

        return _classes[spared].TryTakeIdle(out byte[]? own) ? own : null;
    }

    private static int ClassOf(int length) =>
        length - SlackBytes <= AlignedFrom ? 0 : BitOperations.Log2((uint)(length - SlackBytes) - 1) + 1 - SmallestClassLog;

    private static int BytesOf(int index) => (1 << (SmallestClassLog + index)) + SlackBytes;

    private static unsafe int AlignedStart(byte[] array)
    {
        // The array is pinned: its address is its own for good.
        nuint address = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-(nint)address & (PageBytes - 1));
    }

    /// <summary>The idle arrays of one size. Under the pool's lock.</summary>
    private sealed class SizeClass
    {
        public Stack<byte[]> Idle { get; } = [];

        /// <summary>Idle ones without pages.</summary>
        public Stack<byte[]> GivenBack { get; } = [];

        /// <summary>So many were idle all the time since that was last looked at.</summary>
        public int Unused { get; set; }

        public bool TryTakeIdle([NotNullWhen(true)] out byte[]? array)
        {
            bool found = Idle.TryPop(out array);
            Unused = Math.Min(Unused, Idle.Count);
            return found;
        }

        /// <summary>One that was not used; null if there is none more.</summary>
        public byte[]? TakeUnused()
        {
            if (Unused == 0)
            {
                return null;
            }

            Unused--;
            return Idle.Pop();
        }
    }
}
