namespace Cairn.Osd.Scheduling;

/// <summary>Who wants the disk. Ceph's classes <c>client</c>, <c>background_recovery</c> and <c>background_best_effort</c>.</summary>
internal enum WorkClass
{
    Client,
    Recovery,
    Scrub,
}
