namespace Cairn.Messaging.DataPlane.Wire;

/// <summary>Names with values: the names and lengths in the header, the values in the payload.</summary>
internal static class EntryWriter
{
    public static void Write(
        ProtoWriter writer,
        int dataLengthField,
        int keysField,
        int lengthsField,
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> entries,
        List<ReadOnlyMemory<byte>> payload)
    {
        if (entries.Count == 0)
        {
            return;
        }

        long total = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            total += entries[i].Value.Length;
        }

        writer.Varint(dataLengthField, (ulong)total);
        for (int i = 0; i < entries.Count; i++)
        {
            writer.TextAlways(keysField, entries[i].Key);
        }

        int mark = writer.Begin(lengthsField);
        for (int i = 0; i < entries.Count; i++)
        {
            writer.Packed((ulong)entries[i].Value.Length);
            payload.Add(entries[i].Value);
        }

        writer.End(mark);
    }

    /// <summary>Joins names, lengths and values again.</summary>
    public static IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Join(
        List<string> keys, List<int> lengths, int dataLength, ref PayloadCursor payload)
    {
        if (keys.Count != lengths.Count)
        {
            throw new FrameFormatException($"the header names {keys.Count} keys and {lengths.Count} lengths of values");
        }

        PayloadCursor values = new(payload.Take(dataLength));
        KeyValuePair<string, ReadOnlyMemory<byte>>[] entries = new KeyValuePair<string, ReadOnlyMemory<byte>>[keys.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new(keys[i], values.Take(lengths[i]));
        }

        values.RequireEnd();
        return entries;
    }
}
