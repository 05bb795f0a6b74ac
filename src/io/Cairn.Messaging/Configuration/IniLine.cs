namespace Cairn.Messaging.Configuration;

/// <summary>One <c>option = value</c> of the file.</summary>
internal readonly record struct IniLine(string Section, string Name, string Value, int LineNumber);
