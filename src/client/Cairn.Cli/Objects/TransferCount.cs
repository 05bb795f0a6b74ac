namespace Cairn.Cli.Objects;

/// <summary>How far a transfer is. Counted by many at once, read by the progress bar.</summary>
internal sealed class TransferCount : IProgress<long>
{
    private long _bytes;
    private long _files;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Files => Interlocked.Read(ref _files);

    public void Report(long value) => Interlocked.Add(ref _bytes, value);

    public void FileDone() => Interlocked.Increment(ref _files);
}
