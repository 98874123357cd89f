using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>A command that is stopped while it works leaves no file behind.</summary>
[TestFixture]
public sealed partial class SignalTests
{
    private const int Terminate = 15;

    [Test]
    public void A_stopped_command_removes_its_temporary_files()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("needs POSIX signals");
        using GibbsCommand gibbs = new();
        using Process process = gibbs.Start(keepLibrary: false, "train", "--epochs", "1000000", "--device", "cpu", "--json", "--plot", "curves.svg");
        Stopwatch clock = Stopwatch.StartNew();
        while (Directory.GetFiles(gibbs.Folder).Length == 0 && !process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(60))
            Thread.Sleep(20);
        Assert.That(Directory.GetFiles(gibbs.Folder), Has.Length.EqualTo(1), "the temporary file is open while the command works");

        Assert.That(kill(process.Id, Terminate), Is.Zero);
        CommandResult result = GibbsCommand.Finish(process);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((128 + Terminate, string.Empty)));
        Assert.That(gibbs.FilesBut(), Is.Empty);
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
