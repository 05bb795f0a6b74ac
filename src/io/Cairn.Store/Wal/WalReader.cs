using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Objects.Binary;
using Cairn.Store.Devices;
using Cairn.Store.Staging;

namespace Cairn.Store.Wal;

/// <summary>Reads the WAL from a file on, in order, up to its end, and tells an end from damage.</summary>
internal sealed class WalReader(IBlockStorage storage, ulong salt)
{
    private readonly List<(ulong File, ulong FirstSequence)> _files = [];

    /// <summary>Files read, with the sequence each begins with.</summary>
    public IReadOnlyList<(ulong File, ulong FirstSequence)> Files => _files;

    /// <summary>The highest file number there is, read or not.</summary>
    public ulong LastNumber { get; private set; }

    /// <summary>The sequence that would have come next.</summary>
    public ulong NextSequence { get; private set; }

    /// <summary>The last batch read so far.</summary>
    public WalBatch LastBatch { get; private set; }

    /// <summary>Where reading ended: file and byte.</summary>
    public (ulong File, long Position) End { get; private set; }

    /// <summary>Note damage in <see cref="Damage"/> and stop there, instead of throwing: for repair.</summary>
    public bool TolerateDamage { get; init; }

    public string? Damage { get; private set; }

    /// <summary>With damage: the highest sequence of the whole batches behind it.</summary>
    public ulong LostUntil { get; private set; }

    /// <summary>Where the data in the records is copied to.</summary>
    public StagedBuffers Buffers { get; init; } = new(0);

    /// <param name="each">Called for each transaction, in order.</param>
    /// <exception cref="StoreFailedException">Transactions are missing or damaged, with later ones behind them.</exception>
    public void Read(ulong firstFile, ulong firstSequence, Action<WalRecord> each) =>
        ReadRaw(firstFile, firstSequence, (sequence, record) => each(WalRecord.Decode(sequence, record, Buffers)));

    /// <param name="each">Called for each transaction with its sequence and its record, which is there during the call only.</param>
    /// <exception cref="StoreFailedException">Transactions are missing or damaged, with later ones behind them.</exception>
    public void ReadRaw(ulong firstFile, ulong firstSequence, Action<ulong, ReadOnlyMemory<byte>> each)
    {
        byte[] bytes = [];
        NextSequence = firstSequence;
        LastNumber = firstFile - 1;
        List<ulong> numbers = [.. storage.List(WalFormat.Folder)
            .Select(n => WalFormat.TryParse(n, out ulong number) ? number : 0).Where(n => n >= firstFile).Order()];
        foreach (ulong number in numbers)
        {
            using IBlockFile file = storage.Open(WalFormat.NameOf(number), create: false);
            using var content = new AlignedBuffer(Math.Max(IBlockFile.BlockSize, AlignedBuffer.RoundUp((int)file.Length)));
            int length = (int)file.Length & -IBlockFile.BlockSize;
            file.Read(0, content.Span[..length]);
            bytes = bytes.Length >= length ? bytes : GC.AllocateUninitializedArray<byte>(length);
            Memory<byte> memory = bytes.AsMemory(0, length);
            content.Span[..length].CopyTo(memory.Span);
            ulong first = NextSequence;
            int end = Damage is not null ? 0 : ReadFile(memory, number, each);
            RequireNothingBehind(memory.Span, number, end);
            if (end > 0)
            {
                _files.Add((number, first));
            }

            LastNumber = number;
            if (Damage is null || end > 0)
            {
                End = (number, end);
            }
        }
    }

    private int ReadFile(Memory<byte> file, ulong number, Action<ulong, ReadOnlyMemory<byte>> each)
    {
        int end = 0;
        int at = 0;
        while (at < file.Length)
        {
            if (TryBatch(file.Span[at..], number, out int length, out uint count, out ulong first) && first == NextSequence)
            {
                LastBatch = new WalBatch(number, at, first);
                ReadRecords(file.Slice(at + WalFormat.HeaderBytes, length - WalFormat.HeaderBytes), count, number, at, each);
                at += AlignedBuffer.RoundUp(length);
                end = at;
            }
            else
            {
                at += IBlockFile.BlockSize; // The end, unless the next transaction follows: then what is broken here was a seal.
            }
        }

        return end;
    }

    private void ReadRecords(Memory<byte> records, uint count, ulong number, int at, Action<ulong, ReadOnlyMemory<byte>> each)
    {
        try
        {
            for (uint i = 0; i < count; i++)
            {
                var reader = new ByteReader(records.Span);
                int length = reader.Bytes().Length;
                int used = records.Length - reader.Remaining;
                each(NextSequence, records.Slice(used - length, length));
                records = records[used..];
                NextSequence++;
            }
        }
        catch (MalformedDataException e)
        {
            throw new StoreFailedException($"{WalFormat.NameOf(number)} at {at}: record {NextSequence} cannot be decoded: {e.Message}", e);
        }
    }

    /// <summary>Batches are written one after the other, each synced before the next: a whole one behind a broken one means damage.</summary>
    private void RequireNothingBehind(ReadOnlySpan<byte> file, ulong number, int end)
    {
        for (int at = end; at < file.Length; at += IBlockFile.BlockSize)
        {
            if (TryBatch(file[at..], number, out _, out uint count, out ulong first) && first >= NextSequence)
            {
                Damage ??= $"{WalFormat.NameOf(number)} is damaged at {end}: transaction {NextSequence} is missing or broken, but {first} follows at {at}";
                LostUntil = first + count - 1;
                if (!TolerateDamage)
                {
                    throw new StoreFailedException(Damage + ". 'cairn-osd store repair --truncate-wal' drops it and all later ones");
                }
            }
        }
    }

    private bool TryBatch(ReadOnlySpan<byte> at, ulong number, out int length, out uint count, out ulong firstSequence)
    {
        length = BinaryPrimitives.ReadInt32LittleEndian(at[8..]);
        count = BinaryPrimitives.ReadUInt32LittleEndian(at[12..]);
        firstSequence = BinaryPrimitives.ReadUInt64LittleEndian(at[24..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(at) == WalFormat.BatchMagic
            && BinaryPrimitives.ReadUInt64LittleEndian(at[16..]) == number
            && BinaryPrimitives.ReadUInt64LittleEndian(at[32..]) == salt
            && length >= WalFormat.HeaderBytes && length <= at.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(at[4..]) == Crc32C.Compute(at[8..length]);
    }
}

/// <summary>Where a batch is.</summary>
/// <param name="FirstSequence">Of its first transaction; of the next there will be, if it is a seal.</param>
internal readonly record struct WalBatch(ulong File, long Position, ulong FirstSequence);
