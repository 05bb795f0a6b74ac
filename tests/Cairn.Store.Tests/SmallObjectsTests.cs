using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tests;

/// <summary>Writes of odd sizes side by side: joined when they are moved to segments, and packed there.</summary>
public sealed class SmallObjectsTests
{
    private static readonly PgId Pg = new(1, 0);

    [Fact]
    public async Task Small_writes_of_every_size_survive_being_moved_together()
    {
        using var directory = new TemporaryStore(TemporaryStore.Small);
        ObjectStore store = await directory.OpenAsync(TemporaryStore.Small);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        var random = new Random(7);
        var written = new Dictionary<ObjectId, byte[]>();
        for (int o = 0; o < 600; o++)
        {
            var id = new ObjectId(1, "", $"o{o}");
            var content = new List<byte>();
            var transaction = new StoreTransaction();
            for (int part = random.Next(1, 4); part > 0; part--)
            {
                // Just above a power of two: what is joined of two such needs twice the alignment.
                byte[] data = new byte[(1 << random.Next(0, 12)) + 1];
                random.NextBytes(data);
                transaction.Add(new WriteData(id, (ulong)content.Count, data));
                content.AddRange(data);
            }

            await store.SubmitAsync(Pg, transaction, CancellationToken.None);
            written.Add(id, [.. content]);
        }

        await store.CheckpointAsync(); // Moves all that is staged.
        await store.CloseAsync();
        await using ObjectStore again = await directory.OpenAsync(TemporaryStore.Small);
        foreach ((ObjectId id, byte[] content) in written)
        {
            using StoreBuffer? read = await again.ReadAsync(Pg, id, 0, content.Length + 1, CancellationToken.None);
            Assert.Equal(content, read!.Memory.ToArray());
        }
    }
}
