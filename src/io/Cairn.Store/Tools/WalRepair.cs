using Cairn.Store.Devices;
using Cairn.Store.Layout;
using Cairn.Store.Wal;

namespace Cairn.Store.Tools;

/// <summary>What a damaged WAL costs, and cutting it off there.</summary>
/// <param name="Damage">Null: there is none.</param>
/// <param name="FirstLost">The first transaction that is lost; it and all up to <paramref name="LastLost"/> go.</param>
public sealed record WalDamage(string? Damage, ulong FirstLost, ulong LastLost);

/// <summary>Cuts a damaged WAL off before the damage. Acknowledged transactions are lost: the OSD must recover them from its peers.</summary>
internal static class WalRepair
{
    public static WalDamage Find(IBlockStorage storage) => Find(storage, out _);

    public static WalDamage Truncate(IBlockStorage storage)
    {
        WalDamage damage = Find(storage, out WalReader reader);
        if (damage.Damage is null)
        {
            return damage;
        }

        Manifest manifest = Manifest.Read(storage);
        if (damage.FirstLost <= manifest.Sequence)
        {
            throw new StoreFailedException(
                $"{damage.Damage}. The checkpoint needs transactions up to {manifest.Sequence}, so cutting the WAL off would not help: rebuild this OSD from its peers");
        }

        (ulong last, long position) = reader.End;
        foreach (string name in storage.List(WalFormat.Folder))
        {
            if (WalFormat.TryParse(name, out ulong number) && number > last)
            {
                storage.Delete(WalFormat.NameOf(number));
            }
        }

        if (last > 0 && storage.Exists(WalFormat.NameOf(last)))
        {
            Clear(storage, WalFormat.NameOf(last), position);
        }

        storage.SyncDirectory(WalFormat.Folder);
        return damage;
    }

    private static WalDamage Find(IBlockStorage storage, out WalReader reader)
    {
        Manifest manifest = Manifest.Read(storage);
        reader = new WalReader(storage, Superblock.Read(storage).Salt) { TolerateDamage = true };
        reader.Read(manifest.WalFile, manifest.WalSequence, static _ => { });
        return new WalDamage(reader.Damage, reader.NextSequence, Math.Max(reader.LostUntil, reader.NextSequence));
    }

    private static void Clear(IBlockStorage storage, string name, long from)
    {
        using IBlockFile file = storage.Open(name, create: false);
        using var zeroes = new AlignedBuffer(1 << 20);
        zeroes.Span.Clear();
        for (long at = from; at < file.Length; at += zeroes.Capacity)
        {
            file.Write(at, zeroes.Span[..(int)Math.Min(zeroes.Capacity, file.Length - at)]);
        }

        file.Sync();
    }
}
