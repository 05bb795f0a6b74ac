using Cairn.Store.Wal;

namespace Cairn.Store.Tests.Faults;

/// <summary>Holds up a storage's calls of one kind until they may go on: to what the storage's <see cref="FaultStorage.Fault"/> did before.</summary>
internal sealed class HeldCalls : IDisposable
{
    private readonly SemaphoreSlim _reached = new(0);
    private readonly ManualResetEventSlim _mayGoOn = new();

    public HeldCalls(FaultStorage storage, Func<DiskCall, string, bool> which)
    {
        Action<DiskCall, string>? then = storage.Fault;
        storage.Fault = (call, name) =>
        {
            if (!_mayGoOn.IsSet && which(call, name))
            {
                _reached.Release();
                _mayGoOn.Wait();
            }

            then?.Invoke(call, name);
        };
    }

    /// <summary>Whether the file is one that commits are written to, and not a spare.</summary>
    public static bool IsWal(string name) =>
        name.StartsWith(WalFormat.Folder, StringComparison.Ordinal) && !name.Contains(WalFormat.SparePrefix, StringComparison.Ordinal);

    /// <summary>Completes once for each call that was held up.</summary>
    public Task ReachedAsync() => _reached.WaitAsync();

    public void LetGo() => _mayGoOn.Set();

    public void Dispose()
    {
        _reached.Dispose();
        _mayGoOn.Dispose();
    }
}
