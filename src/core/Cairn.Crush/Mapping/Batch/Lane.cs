namespace Cairn.Crush;

/// <summary>One input on its way through a rule: what the recursion of the scalar mapper keeps on the stack.</summary>
internal struct Lane
{
    /// <summary>Which of the inputs; -1 when there are no more.</summary>
    public int Input;
    public uint X;

    /// <summary>The replica being placed (firstn), or the place (indep).</summary>
    public int Replica;

    /// <summary>Places filled (firstn), or not decided yet (indep).</summary>
    public int Count;

    /// <summary>Failures of this replica (firstn), or the round (indep).</summary>
    public int Failures;
    public int OuterR;

    /// <summary>Whether the search is below an item that will be chosen if a device is found there.</summary>
    public bool InLeaf;
    public int LeafStart;
    public int LeafFailures;
    public int Candidate;

    /// <summary>The next draw: in this node, with this attempt number and position.</summary>
    public int At;
    public int R;
    public int Position;
}
