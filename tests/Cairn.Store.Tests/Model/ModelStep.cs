using System.Globalization;
using System.Text;
using Cairn.Maps;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tests.Model;

/// <summary>One step of a history: a transaction, whether it is waited for, and what happens to the store behind it.</summary>
internal sealed record ModelStep(PgId Pg, StoreTransaction Transaction, bool Wait, AfterStep After)
{
    public static List<ModelStep> Generate(int seed, int count)
    {
        var history = new History(seed);
        var random = new Random(seed);
        var steps = new List<ModelStep>(count);
        for (int i = 0; i < count; i++)
        {
            (PgId pg, StoreTransaction transaction) = history.Next();
            int after = random.Next(60);
            steps.Add(new ModelStep(pg, transaction, random.Next(3) == 0, after <= (int)AfterStep.Compare ? (AfterStep)after : AfterStep.Nothing));
        }

        return steps;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Pg}{(Wait ? ", waited for" : "")}:");
        foreach (StoreOp op in Transaction.Ops)
        {
            text.Append(' ').Append(op switch
            {
                WriteData write => $"WriteData {write.Object} {write.Offset}+{write.Data.Length}",
                ZeroData zero => $"ZeroData {zero.Object} {zero.Offset}+{zero.Length}",
                TruncateData truncate => $"TruncateData {truncate.Object} {truncate.Size}",
                CloneObject clone => $"CloneObject {clone.Object} {clone.Target}",
                SetMeta set => $"SetMeta {set.Key} ({set.Value.Length} bytes)",
                SetLog set => $"SetLog {set.Version} ({set.Value.Length} bytes)",
                ObjectStoreOp other => $"{other.GetType().Name} {other.Object}",
                _ => op.ToString(),
            }).Append(';');
        }

        return After == AfterStep.Nothing ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $" then {After}").ToString();
    }
}

internal enum AfterStep
{
    Checkpoint,
    Restart,
    Kill,
    Compare,
    Nothing,
}
