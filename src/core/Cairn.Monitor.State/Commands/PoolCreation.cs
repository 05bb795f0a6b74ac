using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>A new pool, if the cluster can hold it.</summary>
internal static class PoolCreation
{
    private const int NameCharsMax = 128;

    public static ChangeResult Create(Draft draft, PoolCreate command)
    {
        OsdMap map = draft.Map;
        if (!IsValidName(command.Name))
        {
            return ChangeResult.Invalid(
                $"'{command.Name}' is no pool name: 1 to {NameCharsMax} letters, digits, '.', '_' or '-', not beginning with '-'");
        }

        if (map.FindPool(command.Name) is not null)
        {
            return ChangeResult.Exists($"pool '{command.Name}' exists");
        }

        if (command.Kind != PoolKind.Replicated)
        {
            return ChangeResult.Invalid("erasure-coded pools are not supported by this version");
        }

        uint pgNum = command.PgNum;
        uint pgpNum = command.PgpNum == 0 ? pgNum : command.PgpNum;
        int minSize = command.MinSize == 0 ? command.Size - (command.Size / 2) : command.MinSize;
        if ((PoolLimits.CheckCopies(command.Size, minSize) ?? PoolLimits.CheckPgs(pgNum, pgpNum)) is { } wrong)
        {
            return ChangeResult.Invalid(wrong);
        }

        if (FindRule(map, command.CrushRule) is not { } rule)
        {
            return ChangeResult.NotFound(command.CrushRule.Length == 0
                ? "the CRUSH map has no rule for replicated pools"
                : $"there is no CRUSH rule '{command.CrushRule}'");
        }

        if (!command.Force && PoolLimits.CheckFit(draft, command.Name, command.Size, pgNum, rule) is { } tooLarge)
        {
            return ChangeResult.Refused(tooLarge);
        }

        long id = map.MaxPoolId + 1;
        Pool pool = new()
        {
            Id = id,
            Name = command.Name,
            Size = command.Size,
            MinSize = minSize,
            PgNum = pgNum,
            PgpNum = pgpNum,
            CrushRule = rule.Id,
            CreatedIn = draft.Next,
            LastChange = draft.Next,
        };
        draft.Map = map with { MaxPoolId = id, Pools = map.Pools.SetItem(id, pool) };
        return ChangeResult.Ok($"pool '{pool.Name}' created") with { Pool = id };
    }

    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= NameCharsMax && name[0] != '-' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    public static CrushRule? FindRule(OsdMap map, string name) => name.Length == 0
        ? map.Crush.Rules.Values.FirstOrDefault(r => r.Type == CrushRuleType.Replicated)
        : map.Crush.FindRule(name);
}
