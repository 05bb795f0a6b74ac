namespace Cairn.Cli.Shell;

/// <summary>Many questions on their way at once, answers in the order of the questions.</summary>
internal static class Pipelining
{
    /// <param name="inFlightMax">Bounds what is under way, and with it memory.</param>
    public static async IAsyncEnumerable<TAnswer> SelectPipelinedAsync<TItem, TAnswer>(
        this IAsyncEnumerable<TItem> items, int inFlightMax, Func<TItem, Task<TAnswer>> ask)
    {
        Queue<Task<TAnswer>> underWay = new();
        await foreach (TItem item in items)
        {
            if (underWay.Count == inFlightMax)
            {
                yield return await underWay.Dequeue();
            }

            underWay.Enqueue(ask(item));
        }

        while (underWay.TryDequeue(out Task<TAnswer>? next))
        {
            yield return await next;
        }
    }
}
