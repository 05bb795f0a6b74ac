using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Commit;
using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Reading;
using Cairn.Store.Segments;
using Cairn.Store.Staging;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Transactions;

namespace Cairn.Store.Tests;

/// <summary>Large data goes from the submitter's memory to the disk, and from the disk to the reader's, without a copy between.</summary>
public sealed class UncopiedDataTests
{
    private const int MiB = 1 << 20;
    private static readonly PgId Pg = new(1, 0);
    private static readonly ObjectId Id = new(1, "", "a");

    [Theory]
    [InlineData(0, 0, MiB, true)]
    [InlineData(4096, 0, 128 << 10, true)]
    [InlineData(100, 0, MiB, false)] // Units on the disk would not begin where blocks in memory do.
    [InlineData(0, 16, MiB, false)] // Not at a block's boundary in memory.
    [InlineData(0, 0, MiB - 1, false)] // The last block is to be padded.
    public void Bulk_data_is_lent_if_it_can_be_written_as_it_lies(ulong offset, int shift, int length, bool isLent)
    {
        using var buffers = new AlignedBufferPool(0);
        var preparer = new TransactionPreparer(new StoreOptions(), 8 * MiB, buffers, new StagedBuffers(0));
        Memory<byte> data = Aligned(length + shift)[shift..];
        Random.Shared.NextBytes(data.Span);
        var pending = new PendingTransaction();

        preparer.Prepare(new StoreTransaction().Add(new WriteData(Id, offset, data)), pending);

        Assert.Equal(isLent, pending.Bulk.Copy.IsEmpty);
        Assert.Equal(isLent, Unsafe.AreSame(ref data.Span[0], ref MemoryMarshal.GetReference(pending.Bulk.Slice(0, 1))));
        Assert.Equal(data.Span[..4096], pending.Bulk.Slice(0, 4096));
        pending.Clear(buffers);
    }

    [Theory]
    [InlineData(0, 3 * MiB)]
    [InlineData(0, MiB + 100)]
    [InlineData(8192, 200_000)]
    [InlineData(5000, MiB)]
    public async Task What_was_lent_is_read_back_before_and_after_it_is_on_the_disk(ulong offset, int length)
    {
        var storage = new FaultStorage();
        ObjectStore store = NewStore(storage);
        Memory<byte> data = Aligned(4 * MiB);
        Random.Shared.NextBytes(data.Span);
        using var mayWrite = new ManualResetEventSlim();
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Write && name.StartsWith("data/", StringComparison.Ordinal))
            {
                mayWrite.Wait();
            }
        };
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        ValueTask durable = store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(Id, 0, data)), CancellationToken.None);

        byte[] wanted = data.Slice((int)offset, length).ToArray();
        Assert.Equal(wanted, await ReadAsync(store, offset, length));
        mayWrite.Set();
        await durable;
        data.Span.Clear(); // The loan is over.
        Assert.Equal(wanted, await ReadAsync(store, offset, length));
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(0, MiB)]
    [InlineData(8192, 200_000)]
    [InlineData(5000, MiB)]
    public async Task Bytes_that_differ_from_the_sums_they_came_with_are_never_read_back(ulong offset, int length)
    {
        ObjectStore store = NewStore(new FaultStorage());
        SummedMemory data = Summed(length);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(Id, offset, data.Memory)), CancellationToken.None);
        Assert.Equal(data.Memory.ToArray(), await ReadAsync(store, offset, length));

        data.GetSpan()[6000] ^= 1; // In memory, between the network and the store.
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(Id, offset, data.Memory)), CancellationToken.None);
        await Assert.ThrowsAsync<ObjectCorruptException>(() => ReadAsync(store, offset, length));
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(0, MiB, true)]
    [InlineData(4096, 200_000, true)]
    [InlineData(128 << 10, 128 << 10, true)]
    [InlineData(100, 200_000, false)] // Blocks of the answer are not the store's units.
    [InlineData(MiB, 300_000, false)] // A hole is not from the disk.
    public async Task A_large_read_comes_with_the_sums_that_it_was_verified_by(ulong offset, int length, bool isKnown)
    {
        ObjectStore store = NewStore(new FaultStorage());
        byte[] data = new byte[MiB];
        Random.Shared.NextBytes(data);
        await store.SubmitAsync(
            Pg,
            new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(Id, 0, data)).Add(new WriteData(Id, MiB + (128 << 10), data)),
            CancellationToken.None);

        using StoreBuffer? read = await store.ReadAsync(Pg, Id, offset, length, CancellationToken.None);
        uint[] sums = SummedMemory.SumsOf(read!.Memory).ToArray();
        Assert.Equal(isKnown ? length / 4096 : 0, sums.Length);
        Assert.Equal([.. Enumerable.Range(0, sums.Length).Select(i => Crc32C.Compute(read.Memory.Span.Slice(i * 4096, 4096)))], sums);
        await store.DisposeAsync();
    }

    [Fact]
    public void A_read_of_whole_blocks_has_the_disk_fill_the_result()
    {
        byte[] content = new byte[2 * MiB];
        Random.Shared.NextBytes(content);
        using var buffers = new AlignedBufferPool(0);
        var file = new WatchedFile(content);
        Memory<byte> result = Aligned(300 << 10);
        const int Count = (256 << 10) + 100;
        StoredRead[] pieces = [Piece(file, content, 4096, 128 << 10, 0), Piece(file, content, 4096 + (128 << 10), (128 << 10) + 100, 128 << 10)];

        new DiskReader(buffers).Read(pieces, result.Span, Count, "a", null);

        Assert.Equal(content.AsSpan(4096, Count), result.Span[..Count]);
        Assert.Equal([(4096L, (256 << 10) + 4096)], file.Reads);
        Assert.True(file.HasFilled(result));
    }

    [Fact]
    public void A_read_whose_last_block_would_overwrite_what_lies_behind_it_goes_through_a_buffer()
    {
        byte[] content = new byte[MiB];
        Random.Shared.NextBytes(content);
        using var buffers = new AlignedBufferPool(0);
        var file = new WatchedFile(content);
        Memory<byte> result = Aligned(64 << 10);
        result.Span.Fill(7);

        new DiskReader(buffers).Read([Piece(file, content, 0, 20_000, 0)], result.Span, 40_000, "a", null);

        Assert.Equal(content.AsSpan(0, 20_000), result.Span[..20_000]);
        Assert.Equal(-1, result.Span[20_000..].IndexOfAnyExcept((byte)7));
        Assert.False(file.HasFilled(result));
    }

    [Fact]
    public void An_array_on_the_heap_stays_where_it_is_while_it_is_read_into()
    {
        byte[] content = new byte[MiB];
        Random.Shared.NextBytes(content);
        using var buffers = new AlignedBufferPool(0);
        var file = new WatchedFile(content);
        Memory<byte> result = Aligned(2 * IBlockFile.BlockSize, pinned: false);
        var pieces = new CollectingList([Piece(file, content, 0, 2 * IBlockFile.BlockSize, 0)]);

        new DiskReader(buffers).Read(pieces, result.Span, "a");

        Assert.True(file.WasAligned, "the collector moved it to where O_DIRECT refuses to read");
    }

    [Fact]
    public void Of_many_buffers_of_large_reads_few_are_kept()
    {
        var buffers = new ReadBuffers(bytesMax: 3 * MiB);
        (byte[] Array, int Start)[] rented = [.. Enumerable.Range(0, 8).Select(_ => buffers.Rent(MiB))];
        Array.ForEach(rented, r => buffers.Return(r.Array));
        Assert.InRange(buffers.Bytes, 2 * MiB, 3 * MiB);
        Assert.Contains(buffers.Rent(MiB - 1).Array, rented.Select(static r => r.Array));
    }

    [Fact]
    public void Idle_buffers_of_a_size_that_is_no_longer_read_make_room_for_one_that_is()
    {
        var buffers = new ReadBuffers(bytesMax: 9 * MiB);
        (byte[] Array, int Start)[] large = [buffers.Rent(4 * MiB), buffers.Rent(4 * MiB)];
        Array.ForEach(large, r => buffers.Return(r.Array));
        (byte[] Array, int Start)[] small = [buffers.Rent(MiB), buffers.Rent(MiB)];
        Array.ForEach(small, r => buffers.Return(r.Array));
        Assert.Contains(buffers.Rent(MiB).Array, small.Select(static r => r.Array));
        Assert.InRange(buffers.Bytes, 0, 9 * MiB);
    }

    [Fact]
    public async Task A_store_that_is_given_arrays_answers_large_reads_in_them_and_gives_them_back()
    {
        using var place = new TemporaryStore();
        var arrays = new ReadBuffers(bytesMax: 3 * MiB);
        await using ObjectStore store = await place.OpenAsync(TemporaryStore.Small with { ReadArrays = arrays });
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(Id, 0, new byte[MiB])), CancellationToken.None);
        using (StoreBuffer? read = await store.ReadAsync(Pg, Id, 0, MiB, CancellationToken.None))
        {
            Assert.Equal(MiB, read!.Memory.Length);
            Assert.InRange(arrays.Bytes, MiB, 2 * MiB);
        }

        StoreBuffer? abandoned = await store.ReadAsync(Pg, Id, 0, MiB, CancellationToken.None);
        abandoned!.Abandon();
        Assert.Equal(0, arrays.Bytes);
    }

    private static ObjectStore NewStore(FaultStorage storage)
    {
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        return ObjectStore.Open(storage, TemporaryStore.Small);
    }

    private static StoredRead Piece(WatchedFile file, byte[] content, int position, int length, int target)
    {
        uint[] sums = new uint[ExtentLayout.UnitCount(length)];
        for (int unit = 0; unit < sums.Length; unit++)
        {
            int at = unit * ExtentLayout.UnitBytes;
            sums[unit] = Crc32C.Compute(content.AsSpan(position + at, Math.Min(ExtentLayout.UnitBytes, length - at)));
        }

        return new StoredRead(file.Segment, file, new StoredExtent(0, length, 0, position, 0, length, sums), target);
    }

    private static async Task<byte[]> ReadAsync(ObjectStore store, ulong offset, int length)
    {
        using StoreBuffer? read = await store.ReadAsync(Pg, Id, offset, length, CancellationToken.None);
        return read!.Memory.ToArray();
    }

    private static SummedMemory Summed(int length)
    {
        byte[] data = new byte[length];
        Random.Shared.NextBytes(data);
        return new SummedMemory(data, 0, length, [.. Enumerable.Range(0, length / 4096).Select(i => Crc32C.Compute(data.AsSpan(i * 4096, 4096)))]);
    }

    private static unsafe Memory<byte> Aligned(int length, bool pinned = true)
    {
        byte[] array = GC.AllocateUninitializedArray<byte>(length + (2 * IBlockFile.BlockSize), pinned);
        int start = (int)(-(nint)Unsafe.AsPointer(ref array[0]) & (IBlockFile.BlockSize - 1));
        return array.AsMemory(start, length);
    }

    /// <summary>A file that remembers what was read into where.</summary>
    private sealed class WatchedFile(byte[] content) : IBlockFile
    {
        private nint _firstTarget;

        public Segment Segment { get; } = new(0);

        public List<(long Offset, int Length)> Reads { get; } = [];

        public string Name => "data/000000";

        public long Length => content.Length;

        public unsafe bool HasFilled(Memory<byte> memory) =>
            _firstTarget == (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span));

        public void Allocate(long offset, long length)
        {
        }

        public bool WasAligned { get; private set; }

        public unsafe void Read(long offset, Span<byte> buffer)
        {
            WasAligned = BulkData.IsAligned(buffer);
            Reads.Add((offset, buffer.Length));
            _firstTarget = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer));
            content.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        }

        public void Write(long offset, ReadOnlySpan<byte> data) => throw new NotSupportedException();

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Who takes a piece from it again finds the heap collected meanwhile.</summary>
    private sealed class CollectingList(IReadOnlyList<StoredRead> pieces) : IReadOnlyList<StoredRead>
    {
        private int _taken;

        public int Count => pieces.Count;

        public StoredRead this[int index]
        {
            get
            {
                if (_taken++ > 0)
                {
                    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                }

                return pieces[index];
            }
        }

        public IEnumerator<StoredRead> GetEnumerator() => pieces.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
