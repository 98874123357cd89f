using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Backups;

/// <summary>A batch of tilts and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record TiltCase
{
    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] LogPrior { get; init; }

    public required double[] Reward { get; init; }

    public double[]? Budgets { get; init; }

    public double[]? Slopes { get; init; }

    public double[]? Upstream { get; init; }

    public TiltOptions Options { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public TiltCase Row(int i)
    {
        double[]? One(double[]? all) => all is null ? null : [all[i]];
        return this with
        {
            Rows = 1,
            LogPrior = LogPrior[(i * Columns)..((i + 1) * Columns)],
            Reward = Reward[(i * Columns)..((i + 1) * Columns)],
            Upstream = Upstream?[(i * Columns)..((i + 1) * Columns)],
            Budgets = One(Budgets),
            Slopes = One(Slopes),
        };
    }

    public TiltRun Run(string device) => Type switch
    {
        ElementType.Float32 => Run<float, float>(device, Tilt.Compute, Tilt.Compute),
        ElementType.Float64 => Run<double, double>(device, Tilt.Compute, Tilt.Compute),
        ElementType.Float16 => Run<Half, float>(device, Tilt.Compute, Tilt.Compute),
        _ => Run<BFloat16, float>(device, Tilt.Compute, Tilt.Compute),
    };

    private delegate void SpanForm<T, TReal>(ReadOnlySpan2D<T> logPrior, ReadOnlySpan2D<T> reward, in TiltOutputs<T, TReal> outputs, in TiltOptions options, in TiltInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> logPrior, DeviceSpan2D<T> reward, in DeviceTiltOutputs<T, TReal> outputs, in TiltOptions options, in DeviceTiltInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private TiltRun Run<T, TReal>(string device, SpanForm<T, TReal> spans, DeviceForm<T, TReal> views)
        where T : unmanaged
        where TReal : unmanaged
    {
        using BackupArrays a = new(device, Type, Rows, Columns, Padding, Offset);
        a.Matrix("log prior", LogPrior);
        a.Matrix("reward", Reward, InPlace);
        a.Reals("budgets", Budgets);
        a.Reals("given slopes", Slopes);
        a.Matrix("upstream", Upstream);
        foreach (string name in new[] { "slopes", "cumulants", "kl", "expected rewards" })
            a.OutReals(name);
        a.OutMatrix("log probabilities");
        if (Upstream is not null)
            a.OutMatrix("gradient", InPlace ? "reward" : null);
        a.OutStatus();
        if (a.Stream is { } stream)
        {
            DeviceTiltInputs<T, TReal> inputs = new()
            {
                Budgets = a.DeviceList<TReal>("budgets", Rows),
                Slopes = a.DeviceList<TReal>("given slopes", Rows),
                Upstream = a.DeviceView<T>("upstream"),
                Regime = Regime,
            };
            DeviceTiltOutputs<T, TReal> outputs = new()
            {
                Slopes = a.DeviceList<TReal>("slopes", Rows),
                LogProbabilities = a.DeviceView<T>("log probabilities"),
                Cumulants = a.DeviceList<TReal>("cumulants", Rows),
                Kl = a.DeviceList<TReal>("kl", Rows),
                ExpectedRewards = a.DeviceList<TReal>("expected rewards", Rows),
                Gradient = a.DeviceView<T>("gradient"),
                Status = a.DeviceList<RowStatus>("status", Rows),
            };
            views(stream, a.DeviceView<T>("log prior"), a.DeviceView<T>("reward"), outputs, Options, inputs);
            stream.Synchronize();
        }
        else
        {
            TiltInputs<T, TReal> inputs = new() { Budgets = a.List<TReal>("budgets", Rows), Slopes = a.List<TReal>("given slopes", Rows), Upstream = a.View<T>("upstream") };
            TiltOutputs<T, TReal> outputs = new()
            {
                Slopes = a.List<TReal>("slopes", Rows),
                LogProbabilities = a.View<T>("log probabilities"),
                Cumulants = a.List<TReal>("cumulants", Rows),
                Kl = a.List<TReal>("kl", Rows),
                ExpectedRewards = a.List<TReal>("expected rewards", Rows),
                Gradient = a.View<T>("gradient"),
                Status = a.List<RowStatus>("status", Rows),
            };
            spans(a.View<T>("log prior"), a.View<T>("reward"), outputs, Options, inputs);
        }
        a.Check();
        return new(
            a.Read("slopes"), a.Read("log probabilities"), a.Read("cumulants"), a.Read("kl"), a.Read("expected rewards"), Upstream is null ? [] : a.Read("gradient"), a.ReadStatus());
    }
}

/// <summary>What a call wrote.</summary>
internal sealed record TiltRun(double[] Slopes, double[] LogProbabilities, double[] Cumulants, double[] Kl, double[] ExpectedRewards, double[] Gradient, RowStatus[] Status);
