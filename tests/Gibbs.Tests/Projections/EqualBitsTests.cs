using System;
using System.Linq;

using Gibbs.Cpu;
using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>On one path a row's result does not depend, to the bit, on batch, position, alignment, stride, place, run, or on what else is asked for; nor does its gradient.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class EqualBitsTests(string device)
{
    private int Count => device == "cpu" ? 24 : 8;

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void AloneAndInABatch(string name)
    {
        for (int id = 0; id < Count; id++)
        {
            ProjectionCase c = ProjectionGenerator.Generate(name, 11, id);
            (ProjectionRun forward, ProjectionRun backward) = Both(c);
            for (int i = 0; i < c.Rows; i++)
            {
                (ProjectionRun alone, ProjectionRun aloneBackward) = Both(c.Alone(i));
                // What is summed over rows is not a row's.
                aloneBackward.Bytes.Remove(MapOutput.ColumnParameters);
                Same(alone, forward, $"row {i}", c, i);
                Same(aloneBackward, backward, $"gradient of row {i}", c, i);
            }
        }
    }

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void AtEveryPlaceAndTwice(string name)
    {
        for (int id = 0; id < Count; id++)
        {
            ProjectionCase c = ProjectionGenerator.Generate(name, 12, id) with { InputOffset = 0, InputPadding = 0, OutputOffset = 0, OutputPadding = 0, InPlace = false };
            (ProjectionRun forward, ProjectionRun backward) = Both(c);
            foreach (ProjectionCase moved in new[] { c, c with { InputOffset = 1, InputPadding = 3, OutputOffset = 2 }, c with { InputOffset = 3, OutputOffset = 5, OutputPadding = 1 }, c with { InputOffset = 7, InPlace = true } })
            {
                (ProjectionRun again, ProjectionRun againBackward) = Both(moved);
                Same(forward, again, $"offset {moved.InputOffset}, in place {moved.InPlace}", c);
                Same(backward, againBackward, $"gradient, offset {moved.InputOffset}, in place {moved.InPlace}", c);
            }
            foreach (MapOutput output in Enum.GetValues<MapOutput>().Where(o => o is not (MapOutput.None or MapOutput.All) && forward.Has(o)))
                Same(ProjectionRunner.Forward(Target, c with { Outputs = output }), forward, $"{output} alone", c);
            foreach (MapOutput output in Enum.GetValues<MapOutput>().Where(o => o is not (MapOutput.None or MapOutput.All) && backward.Has(o)))
                Same(Backward(c with { Outputs = output }), backward, $"{output} alone", c);
        }
    }

    /// <summary>Case 24: everything is in x − max.</summary>
    [TestCase("simplex")]
    [TestCase("sparse-simplex")]
    [TestCase("entmax-1.5")]
    [TestCase("entmax")]
    [TestCase("normmax")]
    [TestCase("capped-simplex")]
    public void ShiftByAPowerOfTwo(string name)
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            foreach (int n in new[] { 1, 7, 64, 300 })
            {
                // A grid of 2⁻⁶ to 2¹⁰: exact at every shift.
                ProjectionCase c = MapCatalogue.Draw(name, type, 1, n, new Random(n)) with { Input = [.. Enumerable.Range(0, n).Select(j => Math.Round(Cases.Noise(1, j) * 32) / 64)], Outputs = MapOutput.Output | MapOutput.SupportSize };
                ProjectionRun at = ProjectionRunner.Forward(Target, c);
                foreach (double shift in new double[] { 1, 16, 256, 4096, 65536, -65536 })
                    Same(at, ProjectionRunner.Forward(Target, c with { Input = [.. c.Input.Select(x => x + shift)] }), $"shift {shift}", c);
            }
        }
    }

    private ProjectionDevice Target => ProjectionDevice.Get(device);

    private (ProjectionRun Forward, ProjectionRun Backward) Both(ProjectionCase c)
    {
        ProjectionRun forward = ProjectionRunner.Forward(Target, c), backward = Backward(c);
        Assert.That(forward.Violations.Concat(backward.Violations), Is.Empty, c.Describe());
        return (forward, backward);
    }

    private ProjectionRun Backward(ProjectionCase c)
    {
        (double[] y, double[] thresholds) = ProjectionComparison.Saved(c);
        return ProjectionRunner.Gradient(Target, c, y, thresholds);
    }

    internal static void Same(ProjectionRun expected, ProjectionRun actual, string what, ProjectionCase c, int? row = null)
    {
        string difference = expected.Difference(actual, row);
        if (difference.Length > 0)
            Assert.Fail($"{what}: {difference}\n{c.Describe()}");
    }
}

/// <summary>On spans, thread counts, vector widths and streaming stores do not change a bit.</summary>
[TestFixture]
[Category("Cpu")]
[NonParallelizable]
public sealed class ProjectionCpuBitsTests
{
    private int _threads;

    [SetUp]
    public void Remember() => _threads = CpuThreads.Count;

    [TearDown]
    public void Restore()
    {
        CpuThreads.Count = _threads;
        CpuSettings.ForcedVectorBits = 0;
        CpuSettings.ForcedStreaming = null;
    }

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void VectorWidths(string name)
    {
        for (int id = 0; id < 40; id++)
        {
            ProjectionCase c = ProjectionGenerator.Generate(name, 21, id);
            CpuSettings.ForcedVectorBits = 128;
            (ProjectionRun forward, ProjectionRun backward) = Both(c);
            foreach (int bits in new[] { 256, 512 })
            {
                CpuSettings.ForcedVectorBits = bits;
                CpuSettings.ForcedStreaming = id % 2 == 0;
                (ProjectionRun wide, ProjectionRun wideBackward) = Both(c);
                EqualBitsTests.Same(forward, wide, $"{bits} bits", c);
                EqualBitsTests.Same(backward, wideBackward, $"gradient, {bits} bits", c);
            }
        }
    }

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void ThreadCounts(string name)
    {
        foreach (int type in new[] { 0, 2 })
        {
            ProjectionCase c = MapCatalogue.Draw(name, (ElementType)type, 90, 1501, new Random(5));
            c = c with { Input = Cases.Fill(c.Type, 90, 1501, Cases.Noise), Upstream = Cases.Fill(c.Type, 90, 1501, (i, j) => Cases.Noise(i + 91, j)), InputOffset = 1, OutputPadding = 1 };
            CpuThreads.Count = 1;
            ProjectionRun alone = ProjectionRunner.Forward(ProjectionDevice.Get("cpu"), c);
            double[] thresholds = alone.Has(MapOutput.Thresholds) ? alone.Reals(MapOutput.Thresholds) : [];
            ProjectionRun gradient = ProjectionRunner.Gradient(ProjectionDevice.Get("cpu"), c, alone.Y, thresholds);
            foreach (int threads in new[] { 2, 5 })
            {
                CpuThreads.Count = threads;
                EqualBitsTests.Same(alone, ProjectionRunner.Forward(ProjectionDevice.Get("cpu"), c), $"{threads} threads", c);
                EqualBitsTests.Same(gradient, ProjectionRunner.Gradient(ProjectionDevice.Get("cpu"), c, alone.Y, thresholds), $"gradient, {threads} threads", c);
            }
        }
    }

    private static (ProjectionRun Forward, ProjectionRun Backward) Both(ProjectionCase c)
    {
        (double[] y, double[] thresholds) = ProjectionComparison.Saved(c);
        return (ProjectionRunner.Forward(ProjectionDevice.Get("cpu"), c), ProjectionRunner.Gradient(ProjectionDevice.Get("cpu"), c, y, thresholds));
    }
}

/// <summary>Every regime that takes a shape gives the same bits; one that does not is an argument error.</summary>
[TestFixture]
[Category("Native")]
public sealed class ProjectionRegimeTests
{
    private static readonly int[] s_regimes = [2, 4, 5];

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void EveryRegimeGivesTheSameBits(string name)
    {
        ProjectionDevice device = ProjectionDevice.Get("native");
        foreach (int columns in new[] { 9, 130, 700, 1500 })
        {
            ElementType type = ElementTypes.All[columns % 4];
            Random random = new(columns);
            ProjectionCase c = MapCatalogue.Draw(name, type, 2, columns, random);
            c = c with { Name = name, Input = Cases.Fill(type, 2, columns, Cases.Noise), Upstream = Cases.Fill(type, 2, columns, (i, j) => Cases.Noise(i + 5, j)), InputOffset = 1, OutputPadding = 1 };
            (double[] y, double[] thresholds) = ProjectionComparison.Saved(c);
            ProjectionRun automatic = ProjectionComparison.ConformsForward(device, c), gradient = ProjectionRunner.Gradient(device, c, y, thresholds);
            int taken = 0;
            foreach (int regime in s_regimes)
            {
                try
                {
                    EqualBitsTests.Same(automatic, ProjectionRunner.Forward(device, c with { Regime = regime }), $"regime {regime}", c);
                    EqualBitsTests.Same(gradient, ProjectionRunner.Gradient(device, c with { Regime = regime }, y, thresholds), $"gradient, regime {regime}", c);
                    taken++;
                }
                catch (ArgumentException)
                {
                }
            }
            Assert.That(taken, Is.Positive, $"no regime takes {columns} columns");
        }
    }
}
