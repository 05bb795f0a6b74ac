namespace Cairn.Store.Index;

/// <summary>Whether a record, perhaps an old one, is of a key that was deleted. "No" may also mean that finding out is left to FASTER.</summary>
internal delegate bool IsGone(IndexKey key, ReadOnlySpan<byte> value);
