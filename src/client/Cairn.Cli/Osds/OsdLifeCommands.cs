using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Google.Protobuf;
using Commands = Cairn.Maps.Commands;

namespace Cairn.Cli.Osds;

/// <summary>From the first to the last entry of an OSD in the map.</summary>
internal static class OsdLifeCommands
{
    public static Command New()
    {
        Argument<Guid> uuid = new("uuid") { Description = "The uuid its store is made with. Else a new one is chosen.", Arity = ArgumentArity.ZeroOrOne };
        Option<int?> id = new("--osd-id") { Description = "The id wanted. Else the lowest free one." };
        return new Command("new", "Reserves an OSD id. The same uuid gets the same id again.") { uuid, id }.Runs(async (cli, ct) =>
        {
            Guid chosen = cli.Get(uuid) is var given && given != Guid.Empty ? given : Guid.NewGuid();
            Commands.OsdCreate create = new() { Uuid = ByteString.CopyFrom(chosen.ToByteArray(bigEndian: true)) };
            if (cli.Get(id) is { } wanted)
            {
                create.Id = wanted;
            }

            Commands.CommandResult result = await cli.Monitors.ApplyAsync(new Commands.Command { OsdCreate = create }, ct);
            cli.Show(new NewOsdView(result.Osd, chosen, result.Epoch), output => output.WriteLine($"{result.Osd} {chosen}"));
        });
    }

    public static Command Destroy()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Option<bool> confirm = OsdMarkCommands.Confirm("Its data is given up.");
        return new Command("destroy", "Gives up an OSD's data, but keeps its id and place for a replacement.") { osd, confirm }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdDestroy = new Commands.OsdDestroy { Osd = cli.Get(osd).Value, Confirm = cli.Get(confirm) } }, ct));
    }

    public static Command Remove()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Option<bool> confirm = OsdMarkCommands.Confirm("Even if it is still in.");
        return new Command("rm", "Removes an OSD from the map and from CRUSH. It must be down.") { osd, confirm }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdRemove = new Commands.OsdRemove { Osd = cli.Get(osd).Value, Confirm = cli.Get(confirm) } }, ct));
    }
}

internal sealed record NewOsdView(int Osd, Guid Uuid, uint Epoch);
