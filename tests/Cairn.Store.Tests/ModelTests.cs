using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Model;

namespace Cairn.Store.Tests;

public sealed class ModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Does_what_the_model_does_over_restarts_and_checkpoints(int seed)
    {
        using var directory = new TemporaryStore();
        var model = new ModelStore();
        var history = new History(seed);
        var random = new Random(seed);
        ObjectStore store = await directory.OpenAsync();
        for (int i = 0; i < 600; i++)
        {
            (PgId pg, StoreTransaction transaction) = history.Next();
            model.Apply(pg, transaction);
            Task durable = store.SubmitAsync(pg, transaction, CancellationToken.None).AsTask();
            if (random.Next(3) == 0)
            {
                await durable;
            }

            switch (random.Next(60))
            {
                case 0:
                    await store.CheckpointAsync();
                    break;
                case 1:
                    await store.DisposeAsync();
                    store = await directory.OpenAsync();
                    Assert.Equal(model.Describe(), await StoreText.Describe(store));
                    break;
                case 2:
                    await store.CloseAsync();
                    store = await directory.OpenAsync();
                    Assert.Equal(model.Describe(), await StoreText.Describe(store));
                    break;
                case 3:
                    Assert.Equal(model.Describe(), await StoreText.Describe(store));
                    break;
            }
        }

        Assert.Equal(model.Describe(), await StoreText.Describe(store));
        await store.DisposeAsync();
        store = await directory.OpenAsync();
        Assert.Equal(model.Describe(), await StoreText.Describe(store));
        await store.DisposeAsync();
    }
}
