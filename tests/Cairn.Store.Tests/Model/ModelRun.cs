using Cairn.Maps;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tests.Model;

/// <summary>Carries out a history on a store and on the model, side by side.</summary>
internal sealed class ModelRun(StoreOptions options)
{
    /// <summary>Transactions refused because the store was full.</summary>
    public int Refused { get; private set; }

    /// <returns>Where the two differ, or null.</returns>
    public async Task<string?> FirstDifference(IReadOnlyList<ModelStep> steps)
    {
        using var directory = new TemporaryStore(options);
        var model = new ModelStore();
        ObjectStore store = await directory.OpenAsync(options);
        try
        {
            for (int i = 0; i < steps.Count; i++)
            {
                if (model.Accepts(steps[i].Pg, steps[i].Transaction))
                {
                    await Submit(store, model, steps[i]);
                }

                switch (steps[i].After)
                {
                    case AfterStep.Checkpoint:
                        await store.CheckpointAsync();
                        continue;
                    case AfterStep.Restart:
                        await store.DisposeAsync();
                        store = await directory.OpenAsync(options);
                        break;
                    case AfterStep.Kill:
                        await store.CloseAsync();
                        store = await directory.OpenAsync(options);
                        break;
                    case AfterStep.Nothing when i < steps.Count - 1:
                        continue;
                }

                if (await Difference(store, model) is { } difference)
                {
                    return $"after step {i + 1}: {difference}";
                }
            }

            await store.DisposeAsync();
            store = await directory.OpenAsync(options);
            return await Difference(store, model) is { } last ? $"after a last restart: {last}" : null;
        }
        catch (Exception e) when (e is IOException or InvariantException)
        {
            return e.ToString();
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    private async Task Submit(ObjectStore store, ModelStore model, ModelStep step)
    {
        Task durable = store.SubmitAsync(step.Pg, step.Transaction, CancellationToken.None).AsTask();
        if (durable.Exception?.InnerException is StoreFullException)
        {
            Refused++;
            return; // Nothing may have changed: the next comparison sees to it.
        }

        model.Apply(step.Pg, step.Transaction);
        if (step.Wait)
        {
            await durable;
        }
    }

    private static async Task<string?> Difference(ObjectStore store, ModelStore model)
    {
        string[] wanted = model.Describe().Split('\n');
        string[] found = (await StoreText.Describe(store)).Split('\n');
        int at = 0;
        while (at < wanted.Length && at < found.Length && wanted[at] == found[at])
        {
            at++;
        }

        return at == wanted.Length && at == found.Length
            ? null
            : $"'{wanted.ElementAtOrDefault(at)?.Trim()}' wanted, '{found.ElementAtOrDefault(at)?.Trim()}' found";
    }
}
