namespace Cairn.Store.Tests.Faults;

/// <summary>One thing that happened to the disk, or to the store's user.</summary>
internal abstract record DiskEvent;

internal sealed record WriteEvent(FaultInode Inode, int Offset, byte[] Data) : DiskEvent;

internal sealed record SyncEvent(FaultInode Inode) : DiskEvent;

/// <param name="Inode">Null: the name was removed.</param>
internal sealed record NameEvent(string Name, FaultInode? Inode) : DiskEvent;

internal sealed record RenameEvent(string From, string To, FaultInode Inode) : DiskEvent;

internal sealed record DirectorySyncEvent : DiskEvent;

/// <summary>The user was told that so many transactions are durable.</summary>
internal sealed record AcknowledgedEvent(int Count) : DiskEvent;
