using Cairn.Cli.Shell;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
