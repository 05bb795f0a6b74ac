using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests.PowerLoss;

/// <summary>Every cut point of one history, and of some of the stores that a cut leaves, once more.</summary>
internal sealed class CutCampaign(int seed, bool onDevice = false, bool churn = false)
{
    /// <summary>After one cut of so many the store goes on and loses power again.</summary>
    private readonly int _againEvery = onDevice || churn ? 400 : 100;

    private readonly CrashHistory _history = new(seed, onDevice, churn);

    public int DisksSeen => _history.DisksSeen;

    /// <returns>How many cut points were tried.</returns>
    public async Task<int> Run(bool honest)
    {
        FaultStorage storage = await _history.Record(honest);
        var cut = new PowerCut(storage.Events);
        int cuts = 0;
        for (int at = FirstAcknowledged(storage.Events); at <= storage.Events.Count; at++)
        {
            int chance = (seed * 100_000) + at;
            FaultStorage after = cut.At(at, chance);
            int found = await _history.Check(after.Copy(), cut.Acknowledged, $"cut at {at} of {storage.Events.Count}");
            cuts++;
            if (at % _againEvery == seed % _againEvery)
            {
                cuts += await CutAgain(after, found, $"cut at {at} of {storage.Events.Count}", chance);
                cuts += await KillThenCut(storage.Events, at, chance);
            }
        }

        return cuts;
    }

    private static int FirstAcknowledged(IReadOnlyList<DiskEvent> events)
    {
        int at = 0;
        while (events[at] is not AcknowledgedEvent)
        {
            at++;
        }

        return at + 1;
    }

    private async Task<int> CutAgain(FaultStorage storage, int found, string where, int chance)
    {
        var cut = new PowerCut(storage.Events, storage.Names);
        storage.Record(new AcknowledgedEvent(found));
        await _history.Run(storage, found, CrashHistory.FurtherTransactions, new Random(chance));
        return await CutEach(storage.Events, cut, 1, $"{where}, then", chance);
    }

    /// <summary>The process is killed, which loses nothing; the store goes on; then the power goes.</summary>
    private async Task<int> KillThenCut(IReadOnlyList<DiskEvent> events, int at, int chance)
    {
        FaultStorage storage = FaultStorage.AfterKill(events, at);
        int acknowledged = events.Take(at).OfType<AcknowledgedEvent>().Last().Count;
        int found = await _history.Check(storage.Copy(), acknowledged, $"killed at {at}");
        await _history.Run(storage, found, CrashHistory.FurtherTransactions, new Random(chance));
        return await CutEach(storage.Events, new PowerCut(storage.Events), at, $"killed at {at}, then", chance);
    }

    private async Task<int> CutEach(IReadOnlyList<DiskEvent> events, PowerCut cut, int from, string where, int chance)
    {
        int cuts = 0;
        for (int at = from; at <= events.Count; at++)
        {
            FaultStorage after = cut.At(at, chance + at);
            await _history.Check(after, cut.Acknowledged, $"{where} cut at {at} of {events.Count}");
            cuts++;
        }

        return cuts;
    }
}
