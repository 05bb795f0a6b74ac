using Cairn.Objects;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;

namespace Cairn.Pg.Storage;

/// <summary>Data asked of the store, and what to do with it.</summary>
internal sealed class DataReads(PgCore pg)
{
    private readonly Dictionary<ulong, Action<DataRead>> _waiting = [];
    private ulong _lastToken;

    /// <summary>Answers that still come are of no interest any more.</summary>
    public void EndInterval() => _waiting.Clear();

    public void Read(ObjectId id, ulong offset, int length, ReadPurpose purpose, Action<DataRead> then)
    {
        _waiting[++_lastToken] = then;
        pg.Effects.Add(new ReadData(_lastToken, id, offset, length, purpose));
    }

    public void OnRead(DataRead read)
    {
        if (_waiting.Remove(read.Token, out Action<DataRead>? then))
        {
            then(read);
        }
    }
}
