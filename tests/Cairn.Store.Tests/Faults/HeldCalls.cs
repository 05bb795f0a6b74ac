namespace Cairn.Store.Tests.Faults;

/// <summary>Holds up a storage's calls of one kind until they may go on. Takes the place of its <see cref="FaultStorage.Fault"/>.</summary>
internal sealed class HeldCalls : IDisposable
{
    private readonly SemaphoreSlim _reached = new(0);
    private readonly ManualResetEventSlim _mayGoOn = new();

    public HeldCalls(FaultStorage storage, Func<DiskCall, string, bool> which) =>
        storage.Fault = (call, name) =>
        {
            if (!_mayGoOn.IsSet && which(call, name))
            {
                _reached.Release();
                _mayGoOn.Wait();
            }
        };

    /// <summary>Completes once for each call that was held up.</summary>
    public Task ReachedAsync() => _reached.WaitAsync();

    public void LetGo() => _mayGoOn.Set();

    public void Dispose()
    {
        _reached.Dispose();
        _mayGoOn.Dispose();
    }
}
