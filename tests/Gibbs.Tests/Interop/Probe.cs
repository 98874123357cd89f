using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>A folder with the probe program and Gibbs, and runs of it: a fresh process each, with no Gibbs variable but those given.</summary>
internal sealed class Probe : IDisposable
{
    private static readonly string[] s_files =
        ["Gibbs.InteropProbe.dll", "Gibbs.InteropProbe.runtimeconfig.json", "Gibbs.InteropProbe.deps.json", "Gibbs.dll", "CommunityToolkit.HighPerformance.dll"];

    public Probe()
    {
        Folder = Directory.CreateTempSubdirectory("gibbs-probe-").FullName;
        foreach (string file in s_files)
        {
            string source = Path.Combine(AppContext.BaseDirectory, file);
            if (File.Exists(source))
                File.Copy(source, Path.Combine(Folder, file));
            else
                Assert.That(file, Does.EndWith(".deps.json"), "the probe belongs beside the tests");
        }
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs the probe; the answers in order, without the argument and the bar after it.</summary>
    public List<string> Run(string? nativeLibrary, params string[] arguments)
    {
        ProcessStartInfo start = new(Muxer()) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(Folder, "Gibbs.InteropProbe.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        // The tests themselves may run on an instrumented library, preloaded.
        start.Environment.Remove("LD_PRELOAD");
        start.Environment.Remove("GIBBS_NATIVE_LIBRARY");
        if (nativeLibrary is not null)
            start.Environment["GIBBS_NATIVE_LIBRARY"] = nativeLibrary;

        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> error = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(process.WaitForExit(60_000), Is.True, "the probe hangs");
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        Assert.That(error.Result, Is.Empty);
        Assert.That(lines, Has.Length.EqualTo(arguments.Length));
        List<string> answers = [];
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.That(lines[i], Does.StartWith(arguments[i] + "|"));
            answers.Add(lines[i][(arguments[i].Length + 1)..]);
        }

        return answers;
    }

    // The host of the runtime that runs this test: shared/Microsoft.NETCore.App/<version> lies below it.
    private static string Muxer()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string muxer = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(muxer) ? muxer : "dotnet";
    }
}
