using Cairn.Osd.Maps;
using Cairn.Store;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd;

/// <summary>Whether this OSD's store has room: for client writes, and for backfill.</summary>
internal sealed class StoreSpace(IObjectStore store, MapHistory maps, ILogger logger)
{
    /// <summary>
    /// Kept free besides what the full ratio keeps: writes under way here and on other primaries, which saw room when they began, must still
    /// find it on every replica.
    /// </summary>
    private const long HeadroomBytes = 256L << 20;

    private volatile bool _wasFull;

    public bool IsFull
    {
        get
        {
            StoreUsage usage = store.Usage;
            long headroom = Math.Min(HeadroomBytes, usage.TotalBytes / 4);
            double limit = Math.Min(usage.TotalBytes * maps.Newest.FullRatio, usage.TotalBytes - headroom);
            bool full = usage.UsedBytes >= limit;
            if (full && !_wasFull)
            {
                logger.StoreFull((int)(usage.UsedRatio * 100));
            }

            _wasFull = full;
            return full;
        }
    }

    public bool IsBackfillFull => IsFull || store.Usage.UsedRatio >= maps.Newest.BackfillfullRatio;
}
