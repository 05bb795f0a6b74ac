using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Reading;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Whoever reads an object from front to back finds the next piece in memory.</summary>
public sealed class ReadaheadTests
{
    private const int ObjectBytes = 2 << 20;
    private const int PieceBytes = 16 << 10;
    private static readonly PgId Pg = new(1, 0);
    private static readonly ObjectId Id = new(1, "", "a");
    private static readonly StoreOptions Options = TemporaryStore.Small with { CacheBytesMax = 4 << 20, ReadaheadBytesMax = 256 << 10 };

    [Fact]
    public async Task A_sequential_reader_goes_to_the_disk_for_few_of_its_reads()
    {
        (FaultStorage storage, byte[] content) = await Filled();
        Assert.InRange(await CountReads(storage, content, Options, Enumerable.Range(0, ObjectBytes / PieceBytes)), 4, ObjectBytes / PieceBytes / 3);
    }

    [Fact]
    public void A_reader_beyond_its_window_does_not_wait_for_the_task_that_read_it_to_end()
    {
        const ulong Size = 8 * ReadStream.WindowMin;
        var stream = new ReadStream(ReadStream.WindowMin);
        (ulong from, ulong to) = stream.Advance(0, Size);
        Assert.True(to > from);
        stream.UnderWay = new TaskCompletionSource().Task;
        Assert.Equal(default, stream.Advance(to - PieceBytes, Size));
        Assert.Equal(to, stream.Advance(to, Size).From);
    }

    [Fact]
    public async Task Without_readahead_each_read_goes_to_the_disk()
    {
        (FaultStorage storage, byte[] content) = await Filled();
        StoreOptions without = Options with { ReadaheadBytesMax = 0 };
        Assert.Equal(ObjectBytes / PieceBytes, await CountReads(storage, content, without, Enumerable.Range(0, ObjectBytes / PieceBytes)));
    }

    [Fact]
    public async Task A_reader_without_a_sequence_gets_what_it_asks_for_and_no_more()
    {
        (FaultStorage storage, byte[] content) = await Filled();
        List<int> pieces = [.. Enumerable.Range(0, ObjectBytes / PieceBytes).Reverse()];
        Assert.Equal(pieces.Count, await CountReads(storage, content, Options, pieces));
    }

    [Fact]
    public async Task A_reader_gets_what_was_written_after_it_had_been_read_ahead()
    {
        (FaultStorage storage, byte[] content) = await Filled();
        ObjectStore store = ObjectStore.Open(storage, Options);
        var random = new Random(2);
        for (int at = 0; at < ObjectBytes; at += PieceBytes)
        {
            Assert.True((await Read(store, at)).AsSpan().SequenceEqual(content.AsSpan(at, PieceBytes)), $"at {at}");
            if (at + PieceBytes < ObjectBytes)
            {
                // Small ones are staged and moved, large ones replace the extent: both right ahead of the reader.
                byte[] over = new byte[at % (4 * PieceBytes) == 0 ? 64 << 10 : 5000];
                random.NextBytes(over);
                int length = Math.Min(over.Length, ObjectBytes - at - PieceBytes);
                over.AsSpan(0, length).CopyTo(content.AsSpan(at + PieceBytes));
                await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(Id, (ulong)(at + PieceBytes), over.AsMemory(0, length))), CancellationToken.None);
            }

            if (at % (16 * PieceBytes) == 0)
            {
                await store.CheckpointAsync();
            }
        }

        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_block_that_cannot_be_read_ahead_is_an_error_to_its_reader_only()
    {
        (FaultStorage storage, byte[] content) = await Filled();
        ObjectStore store = ObjectStore.Open(storage, Options);
        await Read(store, 0);
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Read && name.StartsWith("data/", StringComparison.Ordinal))
            {
                throw new IOException($"{name}: injected");
            }
        };
        await Assert.ThrowsAsync<ObjectCorruptException>(() => Read(store, PieceBytes)); // Starts to read ahead as well.
        storage.Fault = null;
        Assert.False(store.Failed.IsCompleted);
        for (int at = PieceBytes; at < ObjectBytes; at += PieceBytes)
        {
            byte[] read = await Read(store, at);
            Assert.True(read.AsSpan().SequenceEqual(content.AsSpan(at, PieceBytes)), $"at {at}");
        }

        await store.DisposeAsync();
    }

    private static async Task<int> CountReads(FaultStorage storage, byte[] content, StoreOptions options, IEnumerable<int> pieces)
    {
        ObjectStore store = ObjectStore.Open(storage, options);
        int reads = 0;
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Read && name.StartsWith("data/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref reads);
            }
        };
        foreach (int piece in pieces)
        {
            byte[] read = await Read(store, piece * PieceBytes);
            Assert.True(read.AsSpan().SequenceEqual(content.AsSpan(piece * PieceBytes, PieceBytes)), $"piece {piece}");
        }

        await store.DisposeAsync();
        return reads;
    }

    private static async Task<(FaultStorage Storage, byte[] Content)> Filled()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, Options);
        ObjectStore store = ObjectStore.Open(storage, Options);
        byte[] content = new byte[ObjectBytes];
        new Random(1).NextBytes(content);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(Id, 0, content)), CancellationToken.None);
        await store.DisposeAsync();
        return (storage, content);
    }

    private static async Task<byte[]> Read(ObjectStore store, int at)
    {
        using StoreBuffer? data = await store.ReadAsync(Pg, Id, (ulong)at, PieceBytes, CancellationToken.None);
        return data!.Memory.ToArray();
    }
}
