using System.Security.Cryptography;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Bulk data of many transactions goes to the disk with one write and one sync.</summary>
public sealed class GatheredWriteTests
{
    private const int Count = 6;

    /// <summary>All of it fits there. Others are made ready by the maintenance meanwhile.</summary>
    private const string Segment = "data/000000";

    private static readonly PgId Pg = new(1, 0);

    [Fact]
    public async Task What_queues_while_the_disk_writes_shares_the_next_sync()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        int syncs = 0;
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Sync && name == Segment)
            {
                Interlocked.Increment(ref syncs);
            }
        };
        using var writing = new HeldCalls(storage, static (call, name) => call == DiskCall.Write && name == Segment);
        List<ValueTask> durable = [Submit(store, 0)];
        await writing.ReachedAsync();
        durable.AddRange(Enumerable.Range(1, Count - 1).Select(number => Submit(store, number)));
        writing.LetGo();
        foreach (ValueTask one in durable)
        {
            await one;
        }

        Assert.Equal(2, syncs);
        for (int number = 0; number < Count; number++)
        {
            using StoreBuffer? read = await store.ReadAsync(Pg, IdOf(number), 0, 1 << 20, CancellationToken.None);
            Assert.Equal(DataOf(number), read!.Memory.ToArray());
        }

        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(600)] // More than one system call takes.
    public unsafe void Pieces_lie_one_behind_the_other_in_the_file(int count)
    {
        using var place = new TemporaryStore();
        using var storage = new DirectoryStorage(place.Directory);
        using IBlockFile file = storage.Open("pieces", create: true);
        using var memory = new AlignedBuffer(2 * count * IBlockFile.BlockSize);
        RandomNumberGenerator.Fill(memory.Span);
        var pieces = new BlockPiece[count];
        byte[] wanted = new byte[count * IBlockFile.BlockSize];
        for (int i = 0; i < count; i++)
        {
            int at = 2 * i * IBlockFile.BlockSize;
            pieces[i] = new BlockPiece((byte*)memory.Pin(at).Pointer, IBlockFile.BlockSize);
            memory.Span.Slice(at, IBlockFile.BlockSize).CopyTo(wanted.AsSpan(i * IBlockFile.BlockSize));
        }

        file.Allocate(0, wanted.Length + IBlockFile.BlockSize);
        file.Write(IBlockFile.BlockSize, pieces);
        file.Sync();

        using var read = new AlignedBuffer(wanted.Length);
        file.Read(IBlockFile.BlockSize, read.Span);
        Assert.True(wanted.AsSpan().SequenceEqual(read.Span));
    }

    private static ValueTask Submit(ObjectStore store, int number) =>
        store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(IdOf(number), 0, DataOf(number))), CancellationToken.None);

    private static ObjectId IdOf(int number) => new(1, "", $"object-{number}");

    private static byte[] DataOf(int number)
    {
        byte[] data = new byte[(64 << 10) + number];
        new Random(number).NextBytes(data);
        return data;
    }
}
