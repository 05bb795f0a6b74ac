using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Backfill;

/// <summary>The copies being filled in this interval. One that was held up goes on where it was.</summary>
internal sealed class BackfillTasks(PgCore pg)
{
    private readonly List<BackfillTask> _tasks = [];

    public int Count => _tasks.Count;

    public long ObjectsDone => _tasks.Sum(static t => t.ObjectsDone);

    /// <summary>Some copy is not filled.</summary>
    public bool AreNeeded => Unfilled.Any();

    public IEnumerable<OsdId> Unfilled => pg.BackfillTargets.Where(o => pg.Peers[o].Info.IsIncomplete);

    public void EndInterval() => _tasks.Clear();

    public void Start() => _tasks.AddRange(Unfilled.Where(o => Find(o) is null).Select(o => new BackfillTask(pg, pg.Peers[o])));

    public BackfillTask? Find(OsdId osd) => _tasks.Find(t => t.Osd == osd);

    public void Step()
    {
        foreach (BackfillTask task in _tasks.ToArray())
        {
            task.Step();
        }
    }

    public bool AreBusyWith(ObjectId id)
    {
        foreach (BackfillTask task in _tasks)
        {
            if (task.IsBusyWith(id))
            {
                return true;
            }
        }

        return false;
    }

    public void OnQuiet(ObjectId id)
    {
        foreach (BackfillTask task in _tasks)
        {
            task.OnQuiet(id);
        }
    }

    public void OnTick()
    {
        foreach (BackfillTask task in _tasks.ToArray())
        {
            task.OnTick();
        }
    }
}
