namespace Cairn.Store.Devices;

/// <summary>The units of a device that no file has, as runs of neighbours. First fit, so that a store that holds little stays at the front.</summary>
internal sealed class FreeUnits
{
    private readonly SortedList<int, int> _countByStart = [];

    public FreeUnits(int units) => _countByStart.Add(0, units);

    /// <summary>Takes units that a file has; false if another has one of them.</summary>
    public bool TryTake(UnitRun run)
    {
        int at = IndexOfRunAtOrBefore(run.Start);
        if (at < 0 || run.Count <= 0 || run.End > _countByStart.GetKeyAtIndex(at) + _countByStart.GetValueAtIndex(at))
        {
            return false;
        }

        var free = new UnitRun(_countByStart.GetKeyAtIndex(at), _countByStart.GetValueAtIndex(at));
        _countByStart.RemoveAt(at);
        AddRun(new UnitRun(free.Start, run.Start - free.Start));
        AddRun(new UnitRun(run.End, free.End - run.End));
        return true;
    }

    /// <summary>Takes some units: in one run if there is one, else in several. Null if there are not enough.</summary>
    public List<UnitRun>? Allocate(int count)
    {
        var taken = new List<UnitRun>();
        while (count > 0)
        {
            if (Choose(count) is not { } run)
            {
                taken.ForEach(Release);
                return null;
            }

            TryTake(run);
            taken.Add(run);
            count -= run.Count;
        }

        return taken;
    }

    public void Release(UnitRun run)
    {
        int before = IndexOfRunAtOrBefore(run.Start);
        if (before >= 0 && _countByStart.GetKeyAtIndex(before) + _countByStart.GetValueAtIndex(before) == run.Start)
        {
            run = new UnitRun(_countByStart.GetKeyAtIndex(before), _countByStart.GetValueAtIndex(before) + run.Count);
            _countByStart.RemoveAt(before);
        }

        if (_countByStart.Remove(run.End, out int behind))
        {
            run = run with { Count = run.Count + behind };
        }

        AddRun(run);
    }

    private UnitRun? Choose(int count)
    {
        UnitRun? largest = null;
        foreach ((int start, int length) in _countByStart)
        {
            if (length >= count)
            {
                return new UnitRun(start, count);
            }

            if (length > (largest?.Count ?? 0))
            {
                largest = new UnitRun(start, length);
            }
        }

        return largest;
    }

    private void AddRun(UnitRun run)
    {
        if (run.Count > 0)
        {
            _countByStart.Add(run.Start, run.Count);
        }
    }

    private int IndexOfRunAtOrBefore(int start)
    {
        int low = 0;
        int high = _countByStart.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_countByStart.GetKeyAtIndex(middle) <= start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
