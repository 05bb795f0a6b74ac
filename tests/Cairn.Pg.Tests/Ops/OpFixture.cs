using System.Text;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Ops;
using Cairn.Simulation.Stores;

namespace Cairn.Pg.Tests.Ops;

/// <summary>One PG on a model store, and operations executed on it as a primary would.</summary>
internal sealed class OpFixture
{
    public static readonly PgId ThePg = new(1, 0);

    public static readonly ObjectId Id = new(1, "", "apple");

    private readonly OpExecutor _executor;
    private ulong _version;

    public OpFixture(OpLimits? limits = null)
    {
        Store.Submit(ThePg, new StoreTransaction().Add(new CreateCollection()));
        _executor = new OpExecutor(Store, ThePg, limits ?? OpLimits.Default);
    }

    public ModelStore Store { get; } = new();

    /// <summary>Extents the last operation read from the store.</summary>
    public IReadOnlyList<DataExtent> Fetched { get; private set; } = [];

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>Executes, fetching data as asked, and submits what came of it.</summary>
    public OpOutcome Run(params ObjectOp[] steps)
    {
        var transaction = new StoreTransaction();
        var version = new Eversion(new Epoch(7), ++_version);
        OpOutcome outcome = _executor.Execute(Id, steps, version, 1000 + (long)_version, transaction);
        Fetched = outcome.Needs;
        if (outcome.NeedsData)
        {
            Assert.True(transaction.IsEmpty);
            var fetched = new FetchedData(outcome.Before, [.. outcome.Needs.Select(n => Store.Read(ThePg, Id, n.Offset, n.Length)!.Value)]);
            outcome = _executor.Execute(Id, steps, version, 1000 + (long)_version, transaction, fetched);
            Assert.False(outcome.NeedsData);
        }

        Assert.Equal(outcome.Mutated, !transaction.IsEmpty);
        Store.Submit(ThePg, transaction);
        return outcome;
    }

    public OpOutcome Execute(StoreTransaction transaction, FetchedData? fetched, params ObjectOp[] steps) =>
        _executor.Execute(Id, steps, new Eversion(new Epoch(7), ++_version), 0, transaction, fetched);

    public IReadOnlyList<StepResult> MustRun(params ObjectOp[] steps)
    {
        OpOutcome outcome = Run(steps);
        Assert.True(outcome.Status == OpStatus.Ok, outcome.Message);
        return outcome.Results;
    }

    public string Data() => Text(MustRun(new ReadOp(0, 0))[0].Data);
}
