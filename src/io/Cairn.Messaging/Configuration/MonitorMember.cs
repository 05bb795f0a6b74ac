namespace Cairn.Messaging.Configuration;

/// <summary>A monitor as its section <c>[mon.NAME]</c> describes it.</summary>
public sealed record MonitorMember(string Name, HostPort Address, HostPort RaftAddress);
