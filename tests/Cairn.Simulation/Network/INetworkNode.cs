namespace Cairn.Simulation.Network;

/// <summary>Someone at an address: a monitor, a client, or the processes an OSD lives in one after another.</summary>
public interface INetworkNode
{
    bool IsRunning { get; }

    /// <summary>Grows with each restart: messages to an earlier process are lost.</summary>
    int Life { get; }

    /// <summary>The connection broke: what was sent and not answered may be lost.</summary>
    void ConnectionLost(Address other);
}
