using System.Globalization;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>One variable of a pool. Every setter gives the pool changed, or why not.</summary>
internal static class PoolVariables
{
    private const int OptionCharsMax = 1024;

    public static ChangeResult Set(Draft draft, PoolSet command)
    {
        if (draft.Map.FindPool(command.Pool) is not { } pool)
        {
            return ChangeResult.NotFound($"there is no pool '{command.Pool}'");
        }

        (Pool? changed, ChangeResult? problem) = Change(draft, pool, command);
        if (changed is null)
        {
            return problem!;
        }

        if (!changed.Equals(pool))
        {
            draft.SetPool(changed with { LastChange = draft.Next });
        }

        return ChangeResult.Ok($"pool '{pool.Name}': {command.Variable} is {command.Value}") with { Pool = pool.Id };
    }

    private static (Pool? Changed, ChangeResult? Problem) Change(Draft draft, Pool pool, PoolSet command) => command.Variable switch
    {
        "size" => Size(draft, pool, command),
        "min_size" => MinSize(pool, command),
        "pg_num" => PgNum(draft, pool, command),
        "pgp_num" => PgpNum(pool, command),
        "crush_rule" => Rule(draft, pool, command),
        "nodelete" => Flag(pool, command, PoolFlags.NoDelete),
        "nopgchange" => Flag(pool, command, PoolFlags.NoPgChange),
        "nosizechange" => Flag(pool, command, PoolFlags.NoSizeChange),
        "noscrub" => Flag(pool, command, PoolFlags.NoScrub),
        "nodeep-scrub" => Flag(pool, command, PoolFlags.NoDeepScrub),
        "quota_max_bytes" => Quota(command, value => pool with { QuotaMaxBytes = value }),
        "quota_max_objects" => Quota(command, value => pool with { QuotaMaxObjects = value }),
        _ => Option(pool, command),
    };

    private static (Pool?, ChangeResult?) Size(Draft draft, Pool pool, PoolSet command)
    {
        if (!TryNumber(command.Value, out uint size))
        {
            return Bad(command, "a number of copies");
        }

        if (pool.Flags.HasFlag(PoolFlags.NoSizeChange))
        {
            return (null, ChangeResult.Refused($"pool '{pool.Name}' has the flag nosizechange"));
        }

        // Following Ceph: min_size keeps its distance unless it was lowered by hand.
        int minSize = pool.MinSize == pool.Size - (pool.Size / 2) ? (int)(size - (size / 2)) : Math.Min(pool.MinSize, (int)size);
        if (PoolLimits.CheckCopies((int)size, minSize) is { } wrong)
        {
            return (null, ChangeResult.Invalid(wrong));
        }

        if (size == 1 && pool.Size != 1 && !command.Force)
        {
            return (null, ChangeResult.Refused("with one copy the loss of any OSD loses data: force it if that is meant"));
        }

        if (size > pool.Size && !command.Force
            && PoolLimits.CheckFit(draft, pool.Name, (int)size, pool.PgNum, draft.Map.Crush.Rules[pool.CrushRule], pool.Id) is { } tooLarge)
        {
            return (null, ChangeResult.Refused(tooLarge));
        }

        return (pool with { Size = (int)size, MinSize = minSize }, null);
    }

    private static (Pool?, ChangeResult?) MinSize(Pool pool, PoolSet command) =>
        !TryNumber(command.Value, out uint minSize) ? Bad(command, "a number of copies")
        : PoolLimits.CheckCopies(pool.Size, (int)minSize) is { } wrong ? (null, ChangeResult.Invalid(wrong))
        : (pool with { MinSize = (int)minSize }, null);

    private static (Pool?, ChangeResult?) PgNum(Draft draft, Pool pool, PoolSet command)
    {
        if (!TryNumber(command.Value, out uint pgNum))
        {
            return Bad(command, "a number of PGs");
        }

        if (PoolLimits.CheckPgs(pgNum, 1) is { } wrong)
        {
            return (null, ChangeResult.Invalid(wrong));
        }

        if (pool.Flags.HasFlag(PoolFlags.NoPgChange))
        {
            return (null, ChangeResult.Refused($"pool '{pool.Name}' has the flag nopgchange"));
        }

        if (pgNum < pool.PgNum)
        {
            return (null, ChangeResult.Refused($"pg_num is {pool.PgNum} and can't be lowered: this version splits PGs but does not merge them"));
        }

        return PoolLimits.CheckFit(draft, pool.Name, pool.Size, pgNum, draft.Map.Crush.Rules[pool.CrushRule], pool.Id) is { } tooLarge && !command.Force
            ? (null, ChangeResult.Refused(tooLarge))
            : (pool with { PgNum = pgNum }, null);
    }

    private static (Pool?, ChangeResult?) PgpNum(Pool pool, PoolSet command) =>
        !TryNumber(command.Value, out uint pgpNum) ? Bad(command, "a number of PGs")
        : PoolLimits.CheckPgs(pool.PgNum, pgpNum) is { } wrong ? (null, ChangeResult.Invalid(wrong))
        : (pool with { PgpNum = pgpNum }, null);

    private static (Pool?, ChangeResult?) Rule(Draft draft, Pool pool, PoolSet command)
    {
        CrushRule? rule = draft.Map.Crush.FindRule(command.Value);
        return rule is null ? (null, ChangeResult.NotFound($"there is no CRUSH rule '{command.Value}'"))
            : !command.Force && PoolLimits.CheckFit(draft, pool.Name, pool.Size, pool.PgNum, rule, pool.Id) is { } tooLarge
                ? (null, ChangeResult.Refused(tooLarge))
            : (pool with { CrushRule = rule.Id }, null);
    }

    private static (Pool?, ChangeResult?) Flag(Pool pool, PoolSet command, PoolFlags flag) => command.Value switch
    {
        "true" or "1" or "yes" => (pool with { Flags = pool.Flags | flag }, null),
        "false" or "0" or "no" => (pool with { Flags = pool.Flags & ~flag }, null),
        _ => Bad(command, "true or false"),
    };

    private static (Pool?, ChangeResult?) Quota(PoolSet command, Func<ulong, Pool> set) =>
        ulong.TryParse(command.Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? (set(value), null)
            : Bad(command, "a number, 0 for no limit");

    private static (Pool?, ChangeResult?) Option(Pool pool, PoolSet command) =>
        command.Variable.Length is 0 or > OptionCharsMax || command.Value.Length > OptionCharsMax
            ? (null, ChangeResult.Invalid($"an option's name and value have at most {OptionCharsMax} characters"))
            : (pool with
            {
                Options = command.Value.Length == 0 ? pool.Options.Remove(command.Variable) : pool.Options.SetItem(command.Variable, command.Value),
            }, null);

    private static (Pool?, ChangeResult?) Bad(PoolSet command, string expected) =>
        (null, ChangeResult.Invalid($"{command.Variable} '{command.Value}': expected {expected}"));

    private static bool TryNumber(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= int.MaxValue;
}
