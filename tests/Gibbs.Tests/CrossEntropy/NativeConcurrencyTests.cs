using System;
using System.Linq;
using System.Threading;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Eight threads, each with a stream of its own, compute at once on one device and get the bits of one alone.</summary>
[TestFixture]
[Category("Native")]
public sealed class NativeConcurrencyTests
{
    [Test]
    public void EightThreadsOnEightStreams()
    {
        NativeDevice device = TestDevices.Native();
        CrossEntropyCase[] cases = [.. Enumerable.Range(0, 8).Select(i => CaseGenerator.Generate(99, i + 40))];
        CrossEntropyRun[] expected = [.. cases.Select(c => CaseRunner.Run(device, c))];
        string[] differences = new string[cases.Length];
        Thread[] threads = [.. Enumerable.Range(0, cases.Length).Select(i => new Thread(() => differences[i] = Repeat(device, cases[i], expected[i])))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(differences, Is.All.EqualTo(""));
    }

    private static string Repeat(NativeDevice device, CrossEntropyCase c, CrossEntropyRun expected)
    {
        try
        {
            using CudaStream stream = device.Stream.Device.CreateStream();
            string difference = "";
            for (int k = 0; k < 25; k++)
                difference += expected.Difference(CaseRunner.Run(new NativeDevice(stream), c));
            return difference;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return error.ToString();
        }
    }
}
