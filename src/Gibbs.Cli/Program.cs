using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Runtime.InteropServices;

using Gibbs.Cli.Bench;
using Gibbs.Cli.CrossEntropy;
using Gibbs.Cli.Decoding;
using Gibbs.Cli.Divergences;
using Gibbs.Cli.Entropies;
using Gibbs.Cli.GlobalMasks;
using Gibbs.Cli.Losses;
using Gibbs.Cli.Project;
using Gibbs.Cli.Train;
using Gibbs.Cli.Transport;

namespace Gibbs.Cli;

/// <summary>The <c>gibbs</c> command. Exit codes: 0 done, 1 failed, 2 wrong usage; an error is one line on stderr.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        // A command that is stopped leaves no temporary file; 128 + signal, as shells count.
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, static _ => Stop(130));
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => Stop(143));
        try
        {
            RootCommand root = new(
                "Gibbs: fused softmax cross-entropy, sparse projections, entropies, divergences, decoding and optimal transport on .npy files, and a trainer that uses them, on the CPU or on a CUDA device.\n"
                + "Exit codes: 0 done, 1 failed, 2 wrong usage; an error is one line on stderr.")
            {
                InfoCommand.Create(),
                CrossEntropyCommand.Create(),
                ProjectCommand.Create(),
                FenchelYoungCommand.Create(),
                GlobalMaskCommand.Create(),
                EntropyCommand.Create(),
                DivergenceCommand.Create(),
                DecodeCommand.Create(),
                SinkhornCommand.Create(),
                TransportColorsCommand.Create(),
                BenchCommand.Create(),
                TrainCommand.Create(),
            };
            root.HelpName = "gibbs";
            // No response files: a file name may begin with @.
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            (parsed.CommandResult.Command as DetailedCommand)?.ShowDetails();
            return parsed.Errors.Count > 0
                ? Report(parsed)
                : parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageFailure failure)
        {
            return Report(failure.Message, 2);
        }
        catch (Exception exception)
        {
            return Report(exception is Failure ? exception.Message : Describe(exception), 1);
        }
    }

    private static int Report(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            string names = string.Join(", ", command.Subcommands.Select(static subcommand => subcommand.Name));
            string what = command is RootCommand ? "command" : $"command of gibbs {command.Name}";
            return Report(parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is no {what}: {names} are" : $"a {what} is missing: {names}", 2);
        }

        string path = command.Name;
        for (Command? parent = Parent(command); parent is not (null or RootCommand); parent = Parent(parent))
            path = $"{parent.Name} {path}";
        return Report($"{parsed.Errors[0].Message.TrimEnd('.')} (see gibbs {path} --help)", 2);

        static Command? Parent(Command child) => child.Parents.OfType<Command>().FirstOrDefault();
    }

    private static int Report(string message, int exitCode)
    {
        Console.Out.Flush();
        Console.Error.WriteLine($"gibbs: {OneLine(message)}");
        return exitCode;
    }

    // The library's messages name the argument, what was given and what would be right; anything else that happens is named by its type too.
    private static string Describe(Exception exception)
    {
        Exception inner = exception;
        while (inner is AggregateException or TypeInitializationException && inner.InnerException is { } next)
            inner = next;
        return inner switch
        {
            OutOfMemoryException => "out of memory",
            ArgumentException or InvalidOperationException or NotSupportedException or DllNotFoundException => inner.Message,
            _ => $"{inner.Message} ({inner.GetType().Name})",
        };
    }

    private static string OneLine(string message) =>
        string.Join(' ', (IEnumerable<string>)message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static void Stop(int exitCode)
    {
        OutputFiles.Stop();
        // A progress bar hides the cursor.
        if (!Console.IsOutputRedirected)
            Console.Out.Write("\u001b[?25h");
        Environment.Exit(exitCode);
    }
}
