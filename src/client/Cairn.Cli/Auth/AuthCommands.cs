using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Messaging;
using Cairn.Messaging.Security;

namespace Cairn.Cli.Auth;

/// <summary>
/// `cairn auth`: the cluster's CA and the certificates by which its entities know each other, which are files; and what clients may do,
/// which the monitors keep.
/// </summary>
internal static class AuthCommands
{
    private static readonly Option<DirectoryInfo?> Folder = new("--tls-dir")
    {
        Description = "Where the CA is. Else tls_dir of the configuration.",
        HelpName = "DIR",
    };

    public static Command Create() => new("auth", "The cluster's CA, the certificates of daemons and clients, and what clients may do.")
    {
        Init(), Issue(), CapsCommands.Add(), CapsCommands.Caps(), CapsCommands.Get(), CapsCommands.List(), CapsCommands.Remove(),
    };

    private static Command Init()
    {
        Argument<Guid> fsid = new("fsid") { Description = "The cluster's id." };
        return new Command("init", "Makes the CA of a new cluster.") { fsid, Folder }.Runs((cli, _) =>
        {
            string folder = FolderOf(cli);
            ClusterCa.Create(folder, cli.Get(fsid), TimeProvider.System).Dispose();
            cli.Show(new AuthView("ca", folder), output => output.WriteLine($"made {folder}/ca.crt and ca.key: who has ca.key can become anyone in this cluster"));
            return Task.CompletedTask;
        });
    }

    private static Command Issue()
    {
        Argument<string> name = new("entity") { Description = "mon.a, osd.3, client.backup." };
        Option<DirectoryInfo?> into = new("--into") { Description = "Where the new files go. Else beside the CA.", HelpName = "DIR" };
        return new Command("issue", "Issues a certificate and key to an entity; those of an earlier issue stay valid.") { name, Folder, into }.Runs((cli, _) =>
        {
            EntityName entity = EntityName.TryParse(cli.Get(name), out EntityName parsed)
                ? parsed
                : throw new CliException($"'{cli.Get(name)}' is no entity: expected mon.NAME, osd.NUMBER or client.NAME", ExitCode.Usage);
            string folder = FolderOf(cli);
            string target = cli.Get(into)?.FullName ?? folder;
            using ClusterCa ca = ClusterCa.Open(folder);
            ca.Issue(target, entity, TimeProvider.System);
            cli.Show(new AuthView(entity.ToString(), target), output => output.WriteLine($"issued {target}/{entity}.crt and {entity}.key"));
            return Task.CompletedTask;
        });
    }

    private static string FolderOf(Invocation cli) => cli.Get(Folder)?.FullName ?? cli.Config.TlsDirectory;
}

internal sealed record AuthView(string Entity, string Folder);
