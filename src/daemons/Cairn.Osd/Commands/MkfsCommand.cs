using Cairn.Messaging.Configuration;
using Cairn.Store;

namespace Cairn.Osd.Commands;

/// <summary><c>cairn-osd mkfs</c></summary>
internal static class MkfsCommand
{
    public static Task<int> RunAsync(CairnConfig config, int id, Guid? uuid)
    {
        OsdOptions options = OsdOptions.From(config, id);
        var identity = new StoreIdentity(options.Fsid, uuid ?? Guid.NewGuid(), id);
        ObjectStore.Create(options.DataDirectory, identity, options.ToStoreOptions());
        Console.WriteLine($"osd.{id}: new store in {options.DataDirectory}{(options.StoreBlock is { } device ? $" on {device}" : "")}, uuid {identity.OsdUuid}");
        return Task.FromResult(0);
    }
}
