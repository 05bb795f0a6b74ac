using Cairn.Client;

namespace Cairn.Cli.Objects;

/// <summary>Fetches an object beside its place and moves it there when it is whole: nobody meets half a file.</summary>
internal static class ReceivedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <returns>The target, if it was a symbolic link: then no file is left.</returns>
    public static async Task<string?> ReceiveAsync(StripedObject source, string path, IProgress<long> progress, CancellationToken cancellationToken)
    {
        string part = $"{path}.{Path.GetRandomFileName()}.part";
        try
        {
            FileKind? kind = await DownloadAsync(source, part, progress, cancellationToken);
            if (kind is { IsLink: true })
            {
                string target = await File.ReadAllTextAsync(part, cancellationToken);
                File.Delete(part);
                return target;
            }

            if (kind is { IsDirectory: true })
            {
                File.Delete(part);
                Directory.CreateDirectory(path, kind.Value.Permissions | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return null;
            }

            if (kind is { } file)
            {
                File.SetUnixFileMode(part, file.Permissions);
            }

            File.Move(part, path, overwrite: true);
            return null;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private static async Task<FileKind?> DownloadAsync(StripedObject source, string part, IProgress<long> progress, CancellationToken cancellationToken)
    {
        await using FileStream file = new(part, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });
        StripedInfo info = await source.ReadAsync(file, progress, cancellationToken);
        return FileKind.FromXattrs(info.Xattrs);
    }
}
