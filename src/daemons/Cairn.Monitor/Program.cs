using Cairn.Monitor.Hosting;

return await CommandLine.Build().Parse(args).InvokeAsync();
