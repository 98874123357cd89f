using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Gpu;

/// <summary>What only a GPU can show: items 8 (compute-sanitizer) and 22 (graphs, streams). Skipped and counted elsewhere; GIBBS_REQUIRE_GPU=1 makes a missing GPU a failure.</summary>
[TestFixture]
[Category("Gpu")]
public sealed class GpuTests
{
    [Test]
    public void ThereIsAGpu() => Assert.That(TestDevices.Gpu().Stream.Device.IsEmulated, Is.False);

    [TestCase("memcheck")]
    [TestCase("racecheck")]
    [TestCase("initcheck")]
    public void Item08_ComputeSanitizerOnEveryRegimeBoundary(string tool)
    {
        _ = TestDevices.Gpu();
        string? sanitizer = Find("compute-sanitizer");
        if (sanitizer is null)
            Assert.Ignore("compute-sanitizer is not on the path nor in /usr/local/cuda/bin");
        string process = Environment.ProcessPath!;
        ProcessStartInfo start = new(sanitizer!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "--tool", tool, "--error-exitcode", "86", "--target-processes", "all", process })
            start.ArgumentList.Add(argument);
        if (Path.GetFileNameWithoutExtension(process) == "dotnet")
        {
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(typeof(GpuTests).Assembly.Location);
        }
        start.ArgumentList.Add("--filter");
        start.ArgumentList.Add($"TestCategory=Native&FullyQualifiedName~{nameof(NastyShapeTests)}&FullyQualifiedName~{nameof(NastyShapeTests.Item08_EveryRegimeBoundaryPlusMinusOne)}");
        start.Environment["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
        using Process child = Process.Start(start)!;
        System.Threading.Tasks.Task<string> error = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero, $"{output}\n{error.Result}");
    }

    [Test]
    public void Item22_GraphReplayReadsChangedTargets()
    {
        CudaStream stream = TestDevices.Gpu().Stream;
        const int rows = 5, columns = 3000;
        float[] logits = [.. Cases.Fill(ElementType.Float32, rows, columns, Cases.Noise).Select(v => (float)v)];
        using DeviceBuffer<float> z = stream.Upload<float>(logits), losses = stream.Allocate<float>(rows), gradient = stream.Allocate<float>(rows * columns), loss = stream.Allocate<float>(1);
        using DeviceBuffer<long> targets = stream.Upload<long>([0, 1, 2, 3, 4]);
        DeviceCrossEntropyOutputs<float, float> outputs = new() { Losses = losses, Loss = loss, Gradient = gradient.AsRows(rows, columns) };
        DeviceCrossEntropyInputs<float, float> inputs = default;
        using DeviceBuffer<byte> workspace = stream.Allocate<byte>(Math.Max(1, SoftmaxCrossEntropy.WorkspaceBytes(stream, z.AsRows(rows, columns), targets, outputs, default, inputs)));
        inputs.Workspace = workspace;

        using CapturedGraph graph = CapturedGraph.Begin(stream);
        SoftmaxCrossEntropy.Compute(stream, z.AsRows(rows, columns), targets, outputs, default, inputs);
        graph.End();
        foreach (long[] labels in new long[][] { [0, 1, 2, 3, 4], [7, 2999, -100, 5, 6], [-100, -100, -100, -100, -100] })
        {
            stream.Copy<long>(labels, targets.Span);
            graph.Launch();
            stream.Synchronize();
            float[] replayed = losses.ToArray(), replayedGradient = gradient.ToArray();
            SoftmaxCrossEntropy.Compute(stream, z.AsRows(rows, columns), targets, outputs, default, inputs);
            Assert.That(losses.ToArray(), Is.EqualTo(replayed));
            Assert.That(gradient.ToArray(), Is.EqualTo(replayedGradient));
        }
    }

    [Test]
    public void Item22_TwoStreamsAtOnce()
    {
        NativeDevice first = TestDevices.Gpu();
        using CudaStream other = first.Stream.Device.CreateStream();
        const int rows = 64, columns = 20001;
        float[] logits = [.. Cases.Fill(ElementType.Float32, rows, columns, Cases.Noise).Select(v => (float)v)];
        long[] labels = [.. Enumerable.Range(0, rows).Select(i => (long)i)];
        CudaStream[] streams = [first.Stream, other];
        DeviceBuffer<float>[] z = [.. streams.Select(s => s.Upload<float>(logits))], dz = [.. streams.Select(s => s.Allocate<float>(rows * columns))];
        DeviceBuffer<long>[] y = [.. streams.Select(s => s.Upload<long>(labels))];
        for (int repeat = 0; repeat < 50; repeat++)
        {
            for (int i = 0; i < 2; i++)
                SoftmaxCrossEntropy.Compute(streams[i], z[i].AsRows(rows, columns), y[i], new() { Gradient = dz[i].AsRows(rows, columns) });
        }
        Assert.That(dz[1].ToArray(), Is.EqualTo(dz[0].ToArray()));
        foreach (IDisposable buffer in z.Concat<IDisposable>(dz).Concat(y))
            buffer.Dispose();
    }

    private static string? Find(string program)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/local/cuda/bin"];
        return folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
    }
}
