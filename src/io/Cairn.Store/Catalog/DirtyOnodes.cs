using Cairn.Maps;

namespace Cairn.Store.Catalog;

/// <summary>Onodes that differ from their index records, longest first. A list through the onodes themselves: joining and leaving costs nothing.</summary>
internal sealed class DirtyOnodes
{
    private Onode? _last;

    public Onode? First { get; private set; }

    public void Add(Onode onode)
    {
        Invariant.Require(onode.DirtyList is null);
        onode.DirtyList = this;
        onode.DirtyBefore = _last;
        if (_last is null)
        {
            First = onode;
        }
        else
        {
            _last.DirtyAfter = onode;
        }

        _last = onode;
    }

    public void Remove(Onode onode)
    {
        Invariant.Require(ReferenceEquals(onode.DirtyList, this));
        if (onode.DirtyBefore is { } before)
        {
            before.DirtyAfter = onode.DirtyAfter;
        }
        else
        {
            First = onode.DirtyAfter;
        }

        if (onode.DirtyAfter is { } after)
        {
            after.DirtyBefore = onode.DirtyBefore;
        }
        else
        {
            _last = onode.DirtyBefore;
        }

        onode.DirtyList = null;
        onode.DirtyBefore = null;
        onode.DirtyAfter = null;
    }
}
