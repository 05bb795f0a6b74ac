using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>Turns a status into the exception that names object, pool and reason.</summary>
internal static class StatusErrors
{
    public static CairnException Create(OpStatus status, string what, string message)
    {
        string detail = message.Length > 0 ? $": {message}" : "";
        return status switch
        {
            OpStatus.NotFound => new ObjectNotFoundException($"{what} does not exist"),
            OpStatus.Exists => new ObjectExistsException($"{what} exists already"),
            OpStatus.NoSuchPool => new PoolNotFoundException($"the pool of {what} does not exist"),
            OpStatus.NoData => new CairnException(status, $"{what} has no such attribute or key{detail}"),
            OpStatus.CompareFailed => new ConditionFailedException($"a comparison on {what} did not hold{detail}", status),
            OpStatus.VersionMismatch => new ConditionFailedException($"{what} is not of the asserted version{detail}", status),
            OpStatus.TooLarge => new CairnException(status, $"{what} would exceed the largest object size{detail}"),
            OpStatus.NameTooLong => new CairnException(status, $"the name of {what} is too long{detail}"),
            OpStatus.NoSpace => new NoSpaceException($"no space for {what}: the cluster or an OSD is full{detail}", status),
            OpStatus.QuotaExceeded => new NoSpaceException($"no space for {what}: the pool's quota is used up{detail}", status),
            OpStatus.IoError => new CairnException(status, $"no readable copy of {what}{detail}"),
            OpStatus.Blocklisted => new CairnException(status, "this client is on the blocklist"),
            OpStatus.PermissionDenied => new CairnException(status, $"no permission for {what}{detail}"),
            OpStatus.TimedOut => new OperationTimeoutException($"no answer in time for {what}{detail}"),
            OpStatus.InvalidArgument => new CairnException(status, $"invalid request for {what}{detail}"),
            _ => new CairnException(status, $"{what}: {status}{detail}"),
        };
    }
}
