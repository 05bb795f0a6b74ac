using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Scrub;

/// <summary>Where scrub joins the PG.</summary>
internal sealed class Scrubber(PgCore pg)
{
    public bool IsScrubbing => false;

    public bool IsDeep => false;

    public bool IsRepairing => false;

    /// <summary>Writes to the object wait while its part of the PG is compared.</summary>
    public bool Blocks(ObjectId id) => pg.IsRemoved && id is null;

    public void EndInterval()
    {
    }

    public void OnTick()
    {
    }

    public void OnCommand(AdminCommand command)
    {
    }

    public void OnMessage(OsdId from, PgMessage message)
    {
    }
}
