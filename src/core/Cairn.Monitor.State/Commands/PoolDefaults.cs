using Cairn.Maps.Commands;

namespace Cairn.Monitor.State.Commands;

/// <summary>What a new pool gets where the command leaves it open. The leader fills it in before it proposes: monitors may be configured differently.</summary>
/// <param name="MinSize">0: size - size / 2.</param>
public sealed record PoolDefaults(int Size, int MinSize, uint PgNum)
{
    public Command Fill(Command command)
    {
        if (command.PoolCreate is not { } create || (create.Size > 0 && create.PgNum > 0 && create.MinSize > 0))
        {
            return command;
        }

        Command filled = command.Clone();
        PoolCreate pool = filled.PoolCreate;
        bool defaultSize = pool.Size == 0;
        pool.Size = defaultSize ? Size : pool.Size;
        pool.PgNum = pool.PgNum == 0 ? PgNum : pool.PgNum;
        // The default of min_size belongs to the default size; another size gets the rule.
        pool.MinSize = pool.MinSize > 0 ? pool.MinSize : defaultSize ? MinSize : 0;
        return filled;
    }
}
