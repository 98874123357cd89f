using System;
using System.Linq;
using System.Threading;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>A call on spans allocates nothing once warm; many callers at once get the bits of one alone.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class ProjectionSteadyStateTests
{
    private const int Rows = 20;
    private const int Columns = 1203;

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void MapsAndGradientsAllocateNothing(string name)
    {
        ProjectionCase c = MapCatalogue.Draw(name, ElementType.Float32, Rows, Columns, new Random(9));
        RowMap map = c.Map;
        float[] x = Narrow(Cases.Fill(ElementType.Float32, Rows, Columns, Cases.Noise)), y = new float[x.Length], v = Narrow(Cases.Fill(ElementType.Float32, Rows, Columns, (i, j) => Cases.Noise(i + 50, j))), dx = new float[x.Length];
        float[] thresholds = new float[Rows], column = Narrow(c.ColumnParameters), weights = Narrow(c.Weights), lower = Narrow(c.Lower), upper = Narrow(c.Upper), groupWeights = Narrow(c.GroupWeights), groupScales = Narrow(c.GroupScales), point = Narrow(c.Point);
        int[] offsets = c.GroupOffsets ?? [];
        RowStatus[] status = new RowStatus[Rows];
        long[] support = new long[Rows];
        bool hasThresholds = c.ForwardOutputs.HasFlag(MapOutput.Thresholds);
        void Call()
        {
            ProjectionInputs<float, float> inputs = new()
            {
                ColumnParameters = column,
                Weights = weights,
                Lower = lower,
                Upper = upper,
                GroupOffsets = offsets,
                GroupWeights = groupWeights,
                GroupScales = groupScales,
                Point = point.Length == 0 ? default : new(point, Rows, Columns),
            };
            Projection.Apply(map, new(x, Rows, Columns), new() { Output = new(y, Rows, Columns), Thresholds = hasThresholds ? thresholds : default, SupportSize = support, Status = status }, inputs);
            Projection.Gradient(map, new(v, Rows, Columns), new() { Output = new(y, Rows, Columns), Input = new(x, Rows, Columns), Thresholds = thresholds }, new() { Input = new(dx, Rows, Columns) }, inputs);
        }
        SteadyStateTests.AllocatesNothing(Call);
    }

    [Test]
    public void SparseRowsLossesAndMasksAllocateNothing()
    {
        float[] x = Narrow(Cases.Fill(ElementType.Float32, Rows, Columns, Cases.Noise)), gradient = new float[x.Length], values = new float[x.Length], losses = new float[Rows];
        int[] indices = new int[x.Length], targets = new int[Rows];
        long[] offsets = new long[Rows + 1];
        SteadyStateTests.AllocatesNothing(() => Projection.ApplySparse(RowMap.Entmax(1.5), new ReadOnlySpan2D<float>(x, Rows, Columns), new() { RowOffsets = offsets, Indices = indices, Values = values }));
        SteadyStateTests.AllocatesNothing(() => FenchelYoung.Compute(new ReadOnlySpan2D<float>(x, Rows, Columns), targets, new() { Losses = losses, Gradient = new(gradient, Rows, Columns) }));
        MaskTensor<float>[] tensors = [new() { Weights = x, Mask = new byte[x.Length] }, new() { Weights = gradient, Masked = values }];
        SteadyStateTests.AllocatesNothing(() => GlobalMask.KeepLargest<float>(tensors, 1000));
    }

    [Test]
    public void EightThreadsOfAllMapsAtOnce()
    {
        ProjectionDevice cpu = ProjectionDevice.Get("cpu");
        ProjectionCase[] cases = [.. MapCatalogue.Names.Select((name, i) => ProjectionGenerator.Generate(name, 51, i))];
        ProjectionRun[] expected = [.. cases.Select(c => ProjectionRunner.Forward(cpu, c))];
        string[] differences = new string[8];
        Thread[] threads = [.. Enumerable.Range(0, differences.Length).Select(t => new Thread(() =>
        {
            differences[t] = "";
            for (int k = 0; k < 3 * cases.Length; k++)
            {
                int at = ((k * 5) + t) % cases.Length;
                differences[t] += expected[at].Difference(ProjectionRunner.Forward(cpu, cases[at]));
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(differences, Is.All.EqualTo(""));
    }

    private static float[] Narrow(double[]? values) => values is null ? [] : [.. values.Select(v => (float)v)];
}
