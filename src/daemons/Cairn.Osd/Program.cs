using Cairn.Osd.Commands;

return await OsdCommandLine.RunAsync(args);
