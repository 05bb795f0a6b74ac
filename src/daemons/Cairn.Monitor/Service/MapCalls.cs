using Cairn.Maps;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.State;
using Google.Protobuf;
using Grpc.Core;

namespace Cairn.Monitor.Service;

/// <summary>Maps, from what this monitor has applied: with or without a leader.</summary>
internal sealed class MapCalls(StateFeed feed, MonitorSettings settings)
{
    private const int IncrementalsPerMessageMax = 500;

    public async Task SubscribeAsync(SubscribeMapsRequest request, IServerStreamWriter<MapUpdate> stream, CancellationToken cancellationToken)
    {
        Callers.RequireFsid(settings.Fsid, request.Fsid);
        Epoch have = new(request.HaveEpoch);
        while (true)
        {
            // A subscriber may be ahead of this monitor, which catches up: wait for what is new to both.
            MonitorState state = await feed.WaitForAsync(have.Next, cancellationToken);
            MapUpdate update = NextFor(state, have);
            await stream.WriteAsync(update, cancellationToken);
            have = new Epoch(update.LastEpoch);
        }
    }

    public MapUpdate Get(GetMapsRequest request)
    {
        MonitorState state = feed.State;
        Epoch first = request.FirstEpoch == 0 ? state.Epoch : new Epoch(request.FirstEpoch);
        Epoch oldest = state.History.Oldest;
        if (state.Map is null || first > state.Epoch || first < oldest || (request.IncrementalsOnly && first == oldest))
        {
            throw new RpcException(new Status(
                StatusCode.NotFound, $"map {first} is not kept: mon.{settings.Name} has {oldest} to {state.Epoch}"));
        }

        MapUpdate update = NewUpdate(state);
        if (!request.IncrementalsOnly)
        {
            AddFull(update, state, first);
        }

        Epoch from = request.IncrementalsOnly ? first : first.Next;
        Epoch last = new(Math.Min(request.LastEpoch, state.Epoch.Value));
        AddIncrementals(update, state, from, last);
        return update;
    }

    private MapUpdate NextFor(MonitorState state, Epoch have)
    {
        MapUpdate update = NewUpdate(state);
        if (have < state.History.Oldest)
        {
            AddFull(update, state, state.Epoch);
        }
        else
        {
            AddIncrementals(update, state, have.Next, state.Epoch);
        }

        return update;
    }

    private static MapUpdate NewUpdate(MonitorState state) => new()
    {
        OldestEpoch = state.History.Oldest.Value,
        NewestEpoch = state.Epoch.Value,
    };

    private void AddFull(MapUpdate update, MonitorState state, Epoch epoch)
    {
        ReadOnlyMemory<byte> bytes = epoch == state.Epoch ? feed.FullOf(state.Map!) : state.History.Rebuild(epoch)!.Encode();
        update.Full = UnsafeByteOperations.UnsafeWrap(bytes);
        update.FullEpoch = epoch.Value;
        update.LastEpoch = epoch.Value;
    }

    private static void AddIncrementals(MapUpdate update, MonitorState state, Epoch from, Epoch to)
    {
        for (Epoch epoch = from; epoch <= to && update.Incrementals.Count < IncrementalsPerMessageMax; epoch = epoch.Next)
        {
            bool kept = state.History.TryGetDelta(epoch, out ReadOnlyMemory<byte> delta);
            Invariant.Require(kept, $"the incremental of {epoch} is within the kept history");
            update.Incrementals.Add(UnsafeByteOperations.UnsafeWrap(delta));
            update.LastEpoch = epoch.Value;
        }
    }
}
