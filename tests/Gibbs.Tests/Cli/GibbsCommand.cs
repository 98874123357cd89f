using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>What a run of the command left.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The result line of a run with --json that succeeded: one line, nothing else, nothing on stderr.</summary>
    public JsonElement Json()
    {
        Assert.That((ExitCode, Error), Is.EqualTo((0, string.Empty)), $"stdout: {Output}");
        Assert.That(Output, Does.EndWith("}\n"));
        Assert.That(Output.AsSpan().Count('\n'), Is.EqualTo(1), Output);
        using JsonDocument document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Asserts that the run failed with one line on stderr that says all of this, no stack trace, and nothing on stdout.</summary>
    public void ExpectFailure(int exitCode, params string[] says)
    {
        Assert.That(ExitCode, Is.EqualTo(exitCode), Error);
        Assert.That(Output, Is.Empty);
        Assert.That(Error, Does.StartWith("gibbs: ").And.EndsWith("\n"));
        Assert.That(Error.AsSpan().Count('\n'), Is.EqualTo(1), Error);
        Assert.That(Error, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
        foreach (string text in says)
            Assert.That(Error, Does.Contain(text));
    }
}

/// <summary>A folder of its own, and runs of the built command in it: a fresh process each.</summary>
internal sealed class GibbsCommand : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("gibbs-command-").FullName;

    public string File(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>The files left in the folder but those named.</summary>
    public string[] FilesBut(params string[] names) =>
        Array.FindAll(Directory.GetFileSystemEntries(Folder), path => Array.IndexOf(names, Path.GetFileName(path)) < 0);

    public CommandResult Run(params string[] arguments) => Run(keepLibrary: false, arguments);

    /// <summary>Runs the command.</summary>
    /// <param name="keepLibrary">Whether it sees the native library that the environment names.</param>
    /// <param name="arguments">After the command's name.</param>
    public CommandResult Run(bool keepLibrary, string[] arguments)
    {
        using Process process = Start(keepLibrary, arguments);
        return Finish(process);
    }

    /// <summary>Starts the command and does not wait.</summary>
    public Process Start(bool keepLibrary, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Gibbs.Cli.dll");
        Assert.That(program, Does.Exist, "the command belongs beside the tests");
        ProcessStartInfo start = new(Launcher())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        // The tests themselves may run on an instrumented library, preloaded.
        start.Environment.Remove("LD_PRELOAD");
        if (!keepLibrary)
            start.Environment.Remove("GIBBS_NATIVE_LIBRARY");
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end of a run.</summary>
    public static CommandResult Finish(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(120_000))
        {
            process.Kill();
            Assert.Fail($"gibbs {string.Join(' ', process.StartInfo.ArgumentList)} hangs");
        }

        return new(process.ExitCode, output.Result.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }

    // The dotnet that runs these tests.
    private static string Launcher()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string launcher = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return System.IO.File.Exists(launcher) ? launcher : "dotnet";
    }
}
