using System.Diagnostics;
using Cairn.Cli.Shell;
using Spectre.Console;

namespace Cairn.Cli.Objects;

/// <summary>Shows a bar while a transfer runs: on a terminal only, and on standard error, so that data can go to standard output.</summary>
internal static class TransferProgress
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <param name="total">Bytes to come; null if that is not known.</param>
    /// <returns>What was moved, and in what time.</returns>
    public static async Task<TransferView> RunAsync(Invocation cli, string title, long? total, Func<TransferCount, Task> transfer)
    {
        TransferCount count = new();
        long started = Stopwatch.GetTimestamp();
        Task running = transfer(count);
        if (!Console.IsErrorRedirected && !cli.IsJson)
        {
            await ShowAsync(title, total, count, running);
        }

        await running;
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        return new TransferView(count.Files, count.Bytes, Math.Round(took.TotalSeconds, 3));
    }

    private static async Task ShowAsync(string title, long? total, TransferCount count, Task running)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        Progress progress = console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new SpinnerColumn());
        await progress.StartAsync(async context =>
        {
            ProgressTask bar = context.AddTask(Markup.Escape(title), maxValue: total ?? 1);
            bar.IsIndeterminate = total is null;
            while (!running.IsCompleted)
            {
                bar.Value = count.Bytes;
                bar.Description = count.Files > 0 ? $"{Markup.Escape(title)} ({count.Files} files)" : Markup.Escape(title);
                await Task.WhenAny(running, Task.Delay(Refresh));
            }

            bar.Value = count.Bytes;
        });
    }
}
