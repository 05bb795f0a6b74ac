namespace Cairn.Crush;

public sealed partial class CrushMapper
{
    private readonly record struct FirstNChoice(int Wanted, int Type, int Room, int Tries, int LeafTries, bool ToLeaf, int ParentR);

    /// <summary>Picks up to <c>Wanted</c> different items of a type below a bucket, closing ranks over those that cannot be had.</summary>
    /// <param name="run">The input and the settings.</param>
    /// <param name="start">Where each descent begins.</param>
    /// <param name="choice">What is asked for.</param>
    /// <param name="chosen">Receives the items; those before <paramref name="place"/> are taken already.</param>
    /// <param name="place">The first place to fill.</param>
    /// <param name="leaves">Receives the device below each item, if devices are asked for.</param>
    /// <returns>The number of places filled, counted from the first.</returns>
    private int ChooseFirstN(scoped ref Run run, int start, in FirstNChoice choice, scoped Span<int> chosen, int place, scoped Span<int> leaves)
    {
        int room = choice.Room;
        for (int replica = run.Stable ? 0 : place; replica < choice.Wanted && room > 0 && run.WorkLeft >= 0; replica++)
        {
            if (TryChooseOne(ref run, start, choice, replica, room, chosen, place, leaves))
            {
                place++;
                room--;
            }
        }

        return place;
    }

    private bool TryChooseOne(scoped ref Run run, int start, in FirstNChoice choice, int replica, int room, scoped Span<int> chosen, int place, scoped Span<int> leaves)
    {
        int failures = 0;
        while (true)
        {
            int at = start;
            int localFailures = 0;
            while (true)
            {
                ref readonly CrushNode node = ref _nodes[at];
                if (!run.TrySpend(node.Size))
                {
                    return false;
                }

                bool collides = false;
                bool rejected = node.Size == 0;
                if (!rejected)
                {
                    int r = replica + choice.ParentR + failures;
                    bool permute = run.FallbackTries > 0 && localFailures >= node.Size >> 1 && localFailures > run.FallbackTries;
                    int index = permute ? Permute(node, run.X, r) : Choose(node, run.X, r, run.Args, place);
                    int item = _items[index];
                    int child = _children[index];
                    if (item >= MaxDevices)
                    {
                        return false;
                    }

                    if (TypeOf(child) != choice.Type)
                    {
                        if (child < 0)
                        {
                            return false; // A device above the level asked for.
                        }

                        at = child;
                        continue;
                    }

                    collides = chosen[..place].Contains(item);
                    rejected = !collides && ((choice.ToLeaf && !TryDescend(ref run, choice, item, child, r, room, place, leaves))
                        || (choice.Type == 0 && run.IsOut(item)));
                    if (!collides && !rejected)
                    {
                        chosen[place] = item;
                        run.CountTries(failures);
                        return true;
                    }
                }

                failures++;
                localFailures++;
                bool sameBucket = (collides && localFailures <= run.LocalTries)
                    || (run.FallbackTries > 0 && localFailures <= node.Size + run.FallbackTries);
                if (sameBucket)
                {
                    continue;
                }

                if (failures < choice.Tries)
                {
                    break; // Descend anew from the top.
                }

                return false;
            }
        }
    }

    private bool TryDescend(scoped ref Run run, in FirstNChoice choice, int item, int child, int r, int room, int place, scoped Span<int> leaves)
    {
        if (child < 0)
        {
            leaves[place] = item;
            return true;
        }

        int parentR = run.VaryR > 0 ? r >> (run.VaryR - 1) : 0;
        var leaf = new FirstNChoice(run.Stable ? 1 : place + 1, 0, room, choice.LeafTries, 0, ToLeaf: false, parentR);
        return ChooseFirstN(ref run, child, leaf, leaves, place, default) > place;
    }

    private int TypeOf(int node) => node >= 0 ? _nodes[node].Type : 0;
}
