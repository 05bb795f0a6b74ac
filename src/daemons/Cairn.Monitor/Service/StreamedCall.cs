using Grpc.Core;

namespace Cairn.Monitor.Service;

/// <summary>Reads a streamed answer to its end, in the shape of a call with one answer.</summary>
internal static class StreamedCall
{
    public static AsyncUnaryCall<IReadOnlyList<T>> Collect<T>(AsyncServerStreamingCall<T> call) => new(
        ReadAllAsync(call), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);

    private static async Task<IReadOnlyList<T>> ReadAllAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            List<T> all = [];
            await foreach (T item in call.ResponseStream.ReadAllAsync())
            {
                all.Add(item);
            }

            return all;
        }
    }
}
