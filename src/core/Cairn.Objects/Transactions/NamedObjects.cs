namespace Cairn.Objects.Transactions;

/// <summary>The objects a transaction has named, in order: nearly always one, which then costs no list.</summary>
internal struct NamedObjects
{
    private ObjectId? _first;
    private List<ObjectId>? _further;

    public readonly int Count => _first is null ? 0 : 1 + (_further?.Count ?? 0);

    public readonly ObjectId this[int index] => index == 0 ? _first! : _further![index - 1];

    public void Add(ObjectId id)
    {
        if (_first is null)
        {
            _first = id;
        }
        else
        {
            (_further ??= []).Add(id);
        }
    }
}
