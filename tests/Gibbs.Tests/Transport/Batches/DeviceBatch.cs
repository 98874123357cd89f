using System;
using System.Globalization;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Problems in device memory, and memory for what a solve gives.</summary>
internal sealed class DeviceBatch<TReal> : IDisposable
    where TReal : unmanaged
{
    private readonly DeviceBuffer<TReal> _a;
    private readonly DeviceBuffer<TReal> _b;
    private readonly DeviceBuffer<long> _sourceOffsets;
    private readonly DeviceBuffer<long> _targetOffsets;
    private readonly DeviceBuffer<long> _costOffsets;
    private readonly DeviceBuffer<SinkhornResult> _results;
    private readonly long _rows;
    private readonly long _columns;

    public DeviceBatch(BatchProblems<TReal> problems)
    {
        Stream = TestDevices.Native().Stream;
        Costs = Stream.Upload<TReal>(problems.Costs);
        _a = Stream.Upload<TReal>(problems.A);
        _b = Stream.Upload<TReal>(problems.B);
        _sourceOffsets = Stream.Upload<long>(problems.SourceOffsets);
        _targetOffsets = Stream.Upload<long>(problems.TargetOffsets);
        _costOffsets = Stream.Upload<long>(problems.CostOffsets);
        for (int p = 0; p < problems.Count; p++)
            (_rows, _columns) = (Math.Max(_rows, problems.Rows(p)), Math.Max(_columns, problems.Columns(p)));
        _results = Stream.Upload<SinkhornResult>(new SinkhornResult[problems.Count]);
        F = Stream.Upload<TReal>(new TReal[problems.A.Length]);
        G = Stream.Upload<TReal>(new TReal[problems.B.Length]);
        P = Stream.Upload<TReal>(new TReal[problems.Costs.Length]);
    }

    public CudaStream Stream { get; }

    public DeviceBuffer<TReal> Costs { get; }

    public DeviceBuffer<TReal> F { get; }

    public DeviceBuffer<TReal> G { get; }

    public DeviceBuffer<TReal> P { get; }

    public DeviceSinkhornInputs<TReal> Inputs() => new() { SourceWeights = _a, TargetWeights = _b };

    public DeviceSinkhornBatch Batch() => new() { SourceOffsets = _sourceOffsets, TargetOffsets = _targetOffsets, CostOffsets = _costOffsets, LargestRows = _rows, LargestColumns = _columns };

    public DeviceSinkhornOutputs<TReal> Outputs() => new() { Results = _results, SourcePotentials = F, TargetPotentials = G, PackedPlans = P };

    public DevicePointSinkhornOutputs<TReal> PointOutputs() => new() { Results = _results, SourcePotentials = F, TargetPotentials = G, PackedPlans = P };

    public SinkhornResult[] Results() => _results.ToArray();

    /// <summary>Statuses are the same; numbers within a bound, and NaN where NaN is.</summary>
    public void AssertClose(BatchAnswers<TReal> expected, double within)
    {
        SinkhornResult[] results = Results();
        for (int p = 0; p < results.Length; p++)
        {
            SinkhornResult result = results[p], wanted = expected.Results[p];
            Assert.That(result.Status, Is.EqualTo(wanted.Status), $"problem {p}: {result}, on spans {wanted}");
            Assert.That(result.Value, Is.EqualTo(wanted.Value).Within(within), $"value of {p}");
            Assert.That(result.LinearCost, Is.EqualTo(wanted.LinearCost).Within(within), $"linear cost of {p}");
            Assert.That(result.Kl, Is.EqualTo(wanted.Kl).Within(10 * within), $"KL of {p}");
            Assert.That(result.Dual, Is.EqualTo(wanted.Dual).Within(within), $"dual of {p}");
        }

        Assert.That(Doubles(P.ToArray()), Is.EqualTo(Doubles(expected.P)).Within(within));
        Assert.That(Doubles(F.ToArray()), Is.EqualTo(Doubles(expected.F)).Within(10 * within));
        Assert.That(Doubles(G.ToArray()), Is.EqualTo(Doubles(expected.G)).Within(10 * within));
    }

    private static double[] Doubles(TReal[] values) => Array.ConvertAll(values, value => Convert.ToDouble(value, CultureInfo.InvariantCulture));

    public void Dispose()
    {
        foreach (IDisposable buffer in (IDisposable[])[Costs, _a, _b, _sourceOffsets, _targetOffsets, _costOffsets, _results, F, G, P])
            buffer.Dispose();
    }
}
