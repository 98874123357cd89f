using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.Intrinsics;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>A process whose runtime may not use AVX-512, or AVX2, computes the same bits.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class InstructionSetTests
{
    private const string FileVariable = "GIBBS_TEST_HASH_FILE";

    /// <summary>In a child process the hash goes to the file that the parent names; anywhere it is the same twice.</summary>
    [Test]
    public void HashOfResults()
    {
        string hash = ResultHash.Of(TestDevices.Get("cpu"));
        Assert.That(ResultHash.Of(TestDevices.Get("cpu")), Is.EqualTo(hash));
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path)
            File.WriteAllText(path, $"{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} {hash}");
    }

    [TestCase("DOTNET_EnableAVX512", 256)]
    [TestCase("DOTNET_EnableAVX2", 128)]
    public void WithoutAnInstructionSet(string variable, int widest)
    {
        string[] answer = RunChild(variable);
        Assert.That(int.Parse(answer[0], System.Globalization.CultureInfo.InvariantCulture), Is.LessThanOrEqualTo(widest), "the variable had no effect");
        Assert.That(answer[1], Is.EqualTo(ResultHash.Of(TestDevices.Get("cpu"))));
    }

    private static string[] RunChild(string variable)
    {
        string file = Path.GetTempFileName();
        try
        {
            string process = Environment.ProcessPath!;
            ProcessStartInfo start = new(process) { RedirectStandardOutput = true, RedirectStandardError = true };
            // Run by the dotnet host rather than as an executable of its own.
            if (Path.GetFileNameWithoutExtension(process) == "dotnet")
            {
                start.ArgumentList.Add("exec");
                start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
            }
            start.ArgumentList.Add("--filter");
            start.ArgumentList.Add($"FullyQualifiedName~{nameof(InstructionSetTests)}.{nameof(HashOfResults)}");
            start.ArgumentList.Add("--progress");
            start.ArgumentList.Add("off");
            start.Environment.Remove("LD_PRELOAD");
            start.Environment[variable] = "0";
            start.Environment[FileVariable] = file;
            start.Environment["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
            using Process child = Process.Start(start)!;
            System.Threading.Tasks.Task<string> error = child.StandardError.ReadToEndAsync();
            string output = child.StandardOutput.ReadToEnd();
            Assert.That(child.WaitForExit(300_000), Is.True, "the child hangs");
            Assert.That(child.ExitCode, Is.Zero, $"{output}\n{error.Result}");
            return File.ReadAllText(file).Split(' ');
        }
        finally
        {
            File.Delete(file);
        }
    }
}
