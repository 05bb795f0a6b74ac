using System.Runtime.CompilerServices;
using System.Text;
using Cairn.Client.Objecter;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>A pool, and a namespace in it: where objects are written and read. Light: make as many as needed. Thread-safe.</summary>
/// <remarks>
/// A write returns when it is on stable media on every acting OSD. Buffers are lent until the returned task completes; after a timeout
/// or cancellation leave them alone for good, since the operation may still be under way. Operations on one object are applied in the
/// order of the calls, whether the calls are awaited between or not.
/// </remarks>
public sealed partial class PoolContext
{
    private readonly OsdObjecter _objecter;
    private readonly Func<PendingOp, string> _describe;

    internal PoolContext(OsdObjecter objecter, long poolId, string poolName, string nspace)
    {
        _objecter = objecter;
        PoolId = poolId;
        PoolName = poolName;
        Namespace = nspace;
        _describe = op => Describe(op.Object!.Name);
    }

    public long PoolId { get; }

    /// <summary>Its name when it was opened.</summary>
    public string PoolName { get; }

    /// <summary>Empty: the default namespace.</summary>
    public string Namespace { get; }

    /// <summary>The same pool with another namespace.</summary>
    public PoolContext WithNamespace(string nspace) => new(_objecter, PoolId, PoolName, nspace);

    /// <summary>Creates an empty object.</summary>
    /// <exception cref="ObjectExistsException">It is there, and <paramref name="exclusive"/>.</exception>
    public Task<Eversion> CreateAsync(string name, bool exclusive, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new CreateOp(exclusive), cancellationToken);

    /// <summary>Writes at an offset, creating the object and growing it as needed; a gap reads as zeroes.</summary>
    public Task<Eversion> WriteAsync(string name, ulong offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new WriteOp(offset, data), cancellationToken);

    /// <summary>Replaces the whole data; xattrs and omap stay.</summary>
    public Task<Eversion> WriteFullAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new WriteFullOp(data), cancellationToken);

    public Task<Eversion> AppendAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new AppendOp(data), cancellationToken);

    /// <summary>Sets the size.</summary>
    public Task<Eversion> TruncateAsync(string name, ulong size, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new TruncateOp(size), cancellationToken);

    public Task<Eversion> ZeroAsync(string name, ulong offset, ulong length, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new ZeroOp(offset, length), cancellationToken);

    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    public Task<Eversion> RemoveAsync(string name, CancellationToken cancellationToken = default) => ChangeAsync(name, new RemoveOp(), cancellationToken);

    /// <summary>Reads into a new array.</summary>
    /// <param name="length">0: to the end.</param>
    /// <returns>Fewer bytes, or none, where the object ends.</returns>
    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    public async Task<byte[]> ReadAsync(string name, ulong offset = 0, ulong length = 0, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, [new ReadOp(offset, length)], cancellationToken).ConfigureAwait(false);
        return answer.Reply.Results[0].Data.ToArray();
    }

    /// <summary>Reads into the caller's memory.</summary>
    /// <returns>Bytes read: fewer than asked, or none, where the object ends.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(string name, ulong offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        using OpAnswer answer = await SubmitAsync(name, [new ReadOp(offset, (ulong)destination.Length)], cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> data = answer.Reply.Results[0].Data;
        data.CopyTo(destination);
        return data.Length;
    }

    /// <summary>Reads without a copy: into a recycled buffer, which the caller disposes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadBuffer> ReadBufferAsync(string name, ulong offset, ulong length, CancellationToken cancellationToken = default)
    {
        OpAnswer answer = await SubmitAsync(name, [new ReadOp(offset, length)], cancellationToken).ConfigureAwait(false);
        return new ReadBuffer(answer.Payload, answer.Reply.Results[0].Data);
    }

    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    public async Task<ObjectStat> StatAsync(string name, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, [new StatOp()], cancellationToken).ConfigureAwait(false);
        return answer.Reply.Results[0].Stat ?? throw new CairnException(OpStatus.IoError, $"{Describe(name)}: the OSD answered a stat without one");
    }

    /// <summary>Applies a compound operation, all steps or none.</summary>
    /// <exception cref="CairnException">A step failed; its kind says how.</exception>
    public async Task<OperationResult> OperateAsync(string name, ObjectOperation operation, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, operation.Steps, cancellationToken).ConfigureAwait(false);
        return new OperationResult(answer.Reply.Version, [.. answer.Reply.Results.Select(Detach)]);
    }

    private async Task<Eversion> ChangeAsync(string name, ObjectOp step, CancellationToken cancellationToken)
    {
        using OpAnswer answer = await SubmitAsync(name, [step], cancellationToken).ConfigureAwait(false);
        return answer.Reply.Version;
    }

    private ValueTask<OpAnswer> SubmitAsync(string name, IReadOnlyList<ObjectOp> steps, CancellationToken cancellationToken)
    {
        CheckName(name);
        return _objecter.SubmitAsync(new ObjectId(PoolId, Namespace, name), steps, _describe, cancellationToken);
    }

    private void CheckName(string name)
    {
        // A character is at most 3 bytes: short names, the common case, need no counting.
        if (name.Length is > 0 and <= ObjectLimits.NameBytesMax / 3 && Namespace.Length <= ObjectLimits.NamespaceBytesMax / 3)
        {
            return;
        }

        if (name.Length == 0)
        {
            throw new CairnException(OpStatus.InvalidArgument, "an object's name can't be empty");
        }

        if (Encoding.UTF8.GetByteCount(name) is var bytes and > ObjectLimits.NameBytesMax)
        {
            throw new CairnException(OpStatus.NameTooLong, $"the object's name has {bytes} bytes, at most {ObjectLimits.NameBytesMax} are allowed");
        }

        if (Encoding.UTF8.GetByteCount(Namespace) is var length and > ObjectLimits.NamespaceBytesMax)
        {
            throw new CairnException(OpStatus.NameTooLong, $"the namespace has {length} bytes, at most {ObjectLimits.NamespaceBytesMax} are allowed");
        }
    }

    private string Describe(string name) => $"object '{(Namespace.Length == 0 ? "" : Namespace + "/")}{name}' in pool '{PoolName}'";

    /// <summary>Copies a result out of the buffer that is about to be recycled.</summary>
    private static StepResult Detach(StepResult result) => result with
    {
        Data = result.Data.ToArray(),
        Values = [.. result.Values.Select(v => new KeyValuePair<string, ReadOnlyMemory<byte>>(v.Key, v.Value.ToArray()))],
    };
}
