using Cairn.Objects;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary><see cref="ObjectId"/> to and from <c>ObjectName</c>.</summary>
internal static class ObjectNameCodec
{
    public static void Write(ProtoWriter writer, int field, ObjectId id, long pool)
    {
        int mark = writer.Begin(field);
        writer.Text(1, id.Namespace);
        writer.Text(2, id.Name);
        if (id.Snapshot != ObjectId.Head)
        {
            writer.FixedAlways(3, id.Snapshot);
        }

        if (id.Pool != pool)
        {
            writer.Varint(4, (ulong)id.Pool);
        }

        writer.End(mark);
    }

    /// <param name="pool">The pool of a name that says none.</param>
    public static ObjectId Read(ReadOnlySpan<byte> bytes, long pool)
    {
        string nspace = "", name = "";
        ulong snapshot = ObjectId.Head;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    nspace = reader.Text();
                    break;
                case 2:
                    name = reader.Text();
                    break;
                case 3:
                    snapshot = reader.Fixed64();
                    break;
                case 4:
                    pool = (long)reader.Varint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ObjectId(pool, nspace, name, snapshot);
    }
}
