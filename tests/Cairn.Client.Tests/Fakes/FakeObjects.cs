using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client.Tests.Fakes;

/// <summary>The objects of a whole cluster, as if replication were instant: every fake OSD works on the same. Applies a request once.</summary>
internal sealed class FakeObjects
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectId, (byte[] Data, SortedDictionary<string, byte[]> Xattrs)> _objects = [];
    private readonly Dictionary<RequestId, OsdOpReply> _applied = [];
    private ulong _version;

    /// <summary>Requests in the order in which they were applied.</summary>
    public List<RequestId> History { get; } = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _objects.Count;
            }
        }
    }

    public byte[] DataOf(ObjectId id)
    {
        lock (_lock)
        {
            return _objects[id].Data;
        }
    }

    public OsdOpReply Apply(OsdOp op, OsdMap map)
    {
        lock (_lock)
        {
            if (_applied.TryGetValue(op.Id, out OsdOpReply? earlier))
            {
                return earlier;
            }

            History.Add(op.Id);
            OsdOpReply reply = Run(op, map);
            if (op.IsWrite)
            {
                _applied.Add(op.Id, reply);
            }

            return reply;
        }
    }

    private OsdOpReply Run(OsdOp op, OsdMap map)
    {
        bool exists = op.Object is not null && _objects.ContainsKey(op.Object);
        (byte[] data, SortedDictionary<string, byte[]> xattrs) = exists ? _objects[op.Object!] : ([], new(StringComparer.Ordinal));
        xattrs = new SortedDictionary<string, byte[]>(xattrs, StringComparer.Ordinal);
        List<StepResult> results = [];
        foreach (ObjectOp step in op.Steps)
        {
            StepResult result = StepResult.Done;
            switch (step)
            {
                case WriteFullOp s:
                    (data, exists) = (s.Data.ToArray(), true);
                    break;
                case AppendOp s:
                    (data, exists) = ([.. data, .. s.Data.Span], true);
                    break;
                case SetXattrOp s:
                    xattrs[s.Name] = s.Value.ToArray();
                    break;
                case RemoveXattrOp s:
                    result = xattrs.Remove(s.Name) ? result : new StepResult(OpStatus.NoData);
                    break;
                case ListObjectsOp s:
                    result = List(op.Pg, s, map);
                    break;
                case { } when !exists:
                    result = new StepResult(OpStatus.NotFound);
                    break;
                case RemoveOp:
                    exists = false;
                    break;
                case ReadOp s:
                    result = new StepResult(OpStatus.Ok) { Data = data.AsMemory((int)Math.Min((ulong)data.Length, s.Offset)) };
                    result = s.Length > 0 && (ulong)result.Data.Length > s.Length ? result with { Data = result.Data[..(int)s.Length] } : result;
                    break;
                case StatOp:
                    result = new StepResult(OpStatus.Ok) { Stat = new ObjectStat((ulong)data.Length, new Eversion(map.Epoch, _version), 1000) };
                    break;
                case GetXattrOp s:
                    result = xattrs.TryGetValue(s.Name, out byte[]? value) ? new StepResult(OpStatus.Ok) { Data = value } : new StepResult(OpStatus.NoData);
                    break;
                case GetXattrsOp:
                    result = new StepResult(OpStatus.Ok) { Values = [.. xattrs.Select(x => new KeyValuePair<string, ReadOnlyMemory<byte>>(x.Key, x.Value))] };
                    break;
            }

            results.Add(result);
            if (result.Status != OpStatus.Ok)
            {
                return new OsdOpReply(op.Id, result.Status, default, results);
            }
        }

        if (op.IsWrite && exists)
        {
            _objects[op.Object!] = (data, xattrs);
        }
        else if (op.IsWrite)
        {
            _objects.Remove(op.Object!);
        }

        return new OsdOpReply(op.Id, OpStatus.Ok, new Eversion(map.Epoch, ++_version), results);
    }

    private StepResult List(PgId pg, ListObjectsOp list, OsdMap map)
    {
        ObjectId[] found = [.. _objects.Keys
            .Where(id => id.Pool == pg.Pool && map.ObjectToPg(id.Pool, id.Hash) == pg
                && (list.After is null || id.CompareTo(list.After) > 0) && (list.Namespace is null || list.Namespace == id.Namespace))
            .Order()
            .Take(Math.Min(list.Max, 7))];
        return new StepResult(OpStatus.Ok) { Objects = found, More = found.Length == 7 };
    }
}
