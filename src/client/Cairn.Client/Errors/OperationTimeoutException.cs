using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>No answer within <c>rados_osd_op_timeout</c>. The operation may still be applied: do not reuse its buffers.</summary>
public sealed class OperationTimeoutException(string message) : CairnException(OpStatus.TimedOut, message);
