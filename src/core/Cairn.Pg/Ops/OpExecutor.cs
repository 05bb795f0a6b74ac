using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;

namespace Cairn.Pg.Ops;

/// <summary>
/// Executes the steps of an operation on one object, in order, each seeing what the ones before it did, all or none.
/// The first step that fails is the operation's outcome, and nothing is changed.
/// </summary>
/// <remarks>
/// The core reads no data, so an operation that must see bytes is executed twice: the first time it tells which extents it
/// <see cref="OpOutcome.Needs"/> and changes nothing; with their bytes it is decided. If the object changed in between (the caller
/// should not let it), it asks again rather than mix two states.
/// One executor serves one PG: it keeps its working memory from operation to operation.
/// </remarks>
public sealed class OpExecutor
{
    private static readonly StepResult[] OneDone = [StepResult.Done];

    private readonly WorkingObject _object;
    private readonly OpRun _run;

    /// <param name="catalog">Must reflect every transaction of the PG made before.</param>
    public OpExecutor(IObjectCatalog catalog, PgId pg, OpLimits limits)
    {
        _object = new WorkingObject(catalog, pg);
        _run = new OpRun(_object, limits);
    }

    /// <summary>Executes steps that <see cref="OpValidation.Check"/> found well formed.</summary>
    /// <param name="version">The version the object gets if the operation changes it.</param>
    /// <param name="nowUnixMs">Becomes its modification time.</param>
    /// <param name="transaction">Gets the mutations, and the object's new version, if the operation succeeds and changes something.</param>
    /// <param name="fetched">The data an execution before this one asked for.</param>
    public OpOutcome Execute(
        ObjectId id, IReadOnlyList<ObjectOp> steps, Eversion version, long nowUnixMs, StoreTransaction transaction, FetchedData? fetched = null)
    {
        _run.Start(id, version, nowUnixMs, fetched);
        StepResult[] results = steps.Count == 1 && steps[0].IsWrite ? OneDone : new StepResult[steps.Count];
        for (int i = 0; i < steps.Count; i++)
        {
            StepResult result = StepResult.Done;
            OpFault? fault = steps[i].IsWrite ? WriteSteps.Apply(steps[i], _run) : ReadSteps.Run(steps[i], _run, out result);
            if (fault is null)
            {
                if (results != OneDone)
                {
                    results[i] = result;
                }

                continue;
            }

            if (_run.Undecided)
            {
                break; // A compare before this step may yet be what fails.
            }

            return new OpOutcome
            {
                Status = fault.Status,
                Message = StepNames.Describe(steps, i, fault.Message),
                Before = _object.Before,
                After = _object.Before,
            };
        }

        return _run.Needs.Count > 0
            ? new OpOutcome { Needs = [.. _run.Needs], Before = _object.Before, After = _object.Before }
            : Finish(results, transaction);
    }

    private OpOutcome Finish(StepResult[] results, StoreTransaction transaction)
    {
        bool mutated = _object.Mutations.Count > 0;
        foreach (StoreOp mutation in _object.Mutations)
        {
            transaction.Add(mutation);
        }

        if (mutated && _object.Exists)
        {
            transaction.Add(new SetVersion(_object.Id, _run.Version, _run.NowUnixMs));
        }

        return new OpOutcome
        {
            Status = OpStatus.Ok,
            Results = results,
            Mutated = mutated,
            Before = _object.Before,
            After = _object.Exists ? _run.Stat : null,
        };
    }
}
