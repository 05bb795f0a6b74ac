using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Ops;
using static Cairn.Pg.Tests.Ops.OpFixture;

namespace Cairn.Pg.Tests.Ops;

public sealed class ObjectListerTests
{
    private readonly OpFixture _pg = new();

    [Fact]
    public void Pages_give_every_object_once_in_the_order_of_its_hash()
    {
        List<ObjectId> made = Make("", 600);
        var seen = new List<ObjectId>();
        ObjectId? after = null;
        StepResult page;
        do
        {
            page = List(new ListObjectsOp(after, 70, null));
            seen.AddRange(page.Objects);
            after = page.Objects[^1];
        }
        while (page.More);
        Assert.Equal(made.Order(), seen);
    }

    [Fact]
    public void Only_the_namespace_asked_for_is_listed()
    {
        Make("", 5);
        List<ObjectId> wanted = Make("fruit", 3);
        Assert.Equal(wanted.Order(), List(new ListObjectsOp(null, 100, "fruit")).Objects);
        Assert.Equal(5, List(new ListObjectsOp(null, 100, "")).Objects.Count);
        Assert.Equal(8, List(new ListObjectsOp(null, 100, null)).Objects.Count);
    }

    [Fact]
    public void Objects_not_recovered_yet_are_listed_and_removed_ones_are_not()
    {
        List<ObjectId> made = [.. Make("", 4).Order()];
        var missing = new ObjectId(1, "", "elsewhere");
        IReadOnlyList<ObjectId> listed = ObjectLister.List(
            _pg.Store, ThePg, new ListObjectsOp(null, 100, null), OpLimits.Default, [missing, made[3]], id => id == made[0]).Objects;
        Assert.Equal(made.Skip(1).Append(missing).Order(), listed);
    }

    private StepResult List(ListObjectsOp op) => ObjectLister.List(_pg.Store, ThePg, op, OpLimits.Default);

    private List<ObjectId> Make(string nspace, int count)
    {
        var ids = Enumerable.Range(0, count).Select(i => new ObjectId(1, nspace, $"object-{i}")).ToList();
        var transaction = new StoreTransaction();
        ids.ForEach(id => transaction.Add(new TouchObject(id)));
        _pg.Store.Submit(ThePg, transaction);
        return ids;
    }
}
