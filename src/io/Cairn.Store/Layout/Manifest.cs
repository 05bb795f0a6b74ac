using System.Buffers;
using Cairn.Objects.Binary;
using Cairn.Store.Devices;
using Cairn.Store.Index;

namespace Cairn.Store.Layout;

/// <summary>The newest checkpoint: which runs make up the index, and where the WAL behind it begins.</summary>
/// <param name="Checkpoint">Counts checkpoints.</param>
/// <param name="Sequence">The last transaction whose effects the runs hold.</param>
/// <param name="WalFile">The first WAL file that is still needed.</param>
/// <param name="WalSequence">The sequence of the first transaction in that file.</param>
/// <param name="Runs">Oldest first.</param>
internal sealed record Manifest(
    ulong Checkpoint, ulong Sequence, ulong WalFile, ulong WalSequence, ulong NextRun, IReadOnlyList<IndexRun> Runs)
{
    public const string Name = "manifest";
    private const ulong Magic = 0x54534546494e414d; // "MANIFEST"
    private const int RunsMax = 1 << 16;

    public long RunBytes => Runs.Sum(static r => r.Bytes);

    public void Write(IBlockStorage storage)
    {
        var content = new ArrayBufferWriter<byte>();
        var writer = new ByteWriter(content);
        writer.VarUInt(Checkpoint);
        writer.VarUInt(Sequence);
        writer.VarUInt(WalFile);
        writer.VarUInt(WalSequence);
        writer.VarUInt(NextRun);
        writer.VarUInt((ulong)Runs.Count);
        foreach (IndexRun run in Runs)
        {
            writer.VarUInt(run.Id);
            writer.VarInt(run.Bytes);
            writer.VarInt(run.Entries);
        }

        DoubledFile.Write(storage, Name, Magic, Superblock.FormatVersion, content.WrittenSpan);
    }

    public static Manifest Read(IBlockStorage storage)
    {
        var reader = new ByteReader(DoubledFile.Read(storage, Name, Magic, Superblock.FormatOldest, Superblock.FormatVersion).Content);
        try
        {
            (ulong checkpoint, ulong sequence, ulong walFile, ulong walSequence, ulong nextRun) =
                (reader.VarUInt(), reader.VarUInt(), reader.VarUInt(), reader.VarUInt(), reader.VarUInt());
            var runs = new IndexRun[reader.Count(RunsMax)];
            for (int i = 0; i < runs.Length; i++)
            {
                runs[i] = new IndexRun(reader.VarUInt(), reader.VarInt(), reader.VarInt());
            }

            reader.RequireEnd();
            return new Manifest(checkpoint, sequence, walFile, walSequence, nextRun, runs);
        }
        catch (MalformedDataException e)
        {
            throw new StoreFailedException($"{Name} is damaged: {e.Message}", e);
        }
    }
}
