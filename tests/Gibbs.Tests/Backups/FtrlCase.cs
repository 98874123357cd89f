using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Backups;

/// <summary>A batch of regularised leaders and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record FtrlCase
{
    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Losses { get; init; }

    public double[]? RowRates { get; init; }

    public double[]? ColumnRates { get; init; }

    public double[]? Rates { get; init; }

    public double[]? Upstream { get; init; }

    public FtrlOptions Options { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public double Rate(int i, int j) => Options.Rate * (RowRates?[i] ?? 1) * (ColumnRates?[j] ?? 1) * (Rates?[(i * Columns) + j] ?? 1);

    public FtrlCase Row(int i) => this with
    {
        Rows = 1,
        Losses = Losses[(i * Columns)..((i + 1) * Columns)],
        Rates = Rates?[(i * Columns)..((i + 1) * Columns)],
        Upstream = Upstream?[(i * Columns)..((i + 1) * Columns)],
        RowRates = RowRates is null ? null : [RowRates[i]],
    };

    public FtrlRun Run(string device) => Type switch
    {
        ElementType.Float32 => Run<float, float>(device, Ftrl.Compute, Ftrl.Compute),
        ElementType.Float64 => Run<double, double>(device, Ftrl.Compute, Ftrl.Compute),
        ElementType.Float16 => Run<Half, float>(device, Ftrl.Compute, Ftrl.Compute),
        _ => Run<BFloat16, float>(device, Ftrl.Compute, Ftrl.Compute),
    };

    private delegate void SpanForm<T, TReal>(ReadOnlySpan2D<T> losses, in FtrlOutputs<T, TReal> outputs, in FtrlOptions options, in FtrlInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> losses, in DeviceFtrlOutputs<T, TReal> outputs, in FtrlOptions options, in DeviceFtrlInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private FtrlRun Run<T, TReal>(string device, SpanForm<T, TReal> spans, DeviceForm<T, TReal> views)
        where T : unmanaged
        where TReal : unmanaged
    {
        using BackupArrays a = new(device, Type, Rows, Columns, Padding, Offset);
        a.Matrix("losses", Losses, InPlace);
        a.Reals("row rates", RowRates);
        a.Reals("column rates", ColumnRates);
        a.Matrix("rates", Rates, real: true);
        a.Matrix("upstream", Upstream);
        a.OutMatrix("policy");
        a.OutReals("multipliers");
        a.OutReals("regularisers");
        if (Upstream is not null)
            a.OutMatrix("gradient", InPlace ? "losses" : null);
        a.OutStatus();
        if (a.Stream is { } stream)
        {
            DeviceFtrlInputs<T, TReal> inputs = new()
            {
                RowRates = a.DeviceList<TReal>("row rates", Rows),
                ColumnRates = a.DeviceList<TReal>("column rates", Columns),
                Rates = a.DeviceView<TReal>("rates"),
                Upstream = a.DeviceView<T>("upstream"),
                Regime = Regime,
            };
            DeviceFtrlOutputs<T, TReal> outputs = new()
            {
                Policy = a.DeviceView<T>("policy"),
                Multipliers = a.DeviceList<TReal>("multipliers", Rows),
                Regularisers = a.DeviceList<TReal>("regularisers", Rows),
                Gradient = a.DeviceView<T>("gradient"),
                Status = a.DeviceList<RowStatus>("status", Rows),
            };
            views(stream, a.DeviceView<T>("losses"), outputs, Options, inputs);
            stream.Synchronize();
        }
        else
        {
            FtrlInputs<T, TReal> inputs = new()
            {
                RowRates = a.List<TReal>("row rates", Rows),
                ColumnRates = a.List<TReal>("column rates", Columns),
                Rates = a.View<TReal>("rates"),
                Upstream = a.View<T>("upstream"),
            };
            FtrlOutputs<T, TReal> outputs = new()
            {
                Policy = a.View<T>("policy"),
                Multipliers = a.List<TReal>("multipliers", Rows),
                Regularisers = a.List<TReal>("regularisers", Rows),
                Gradient = a.View<T>("gradient"),
                Status = a.List<RowStatus>("status", Rows),
            };
            spans(a.View<T>("losses"), outputs, Options, inputs);
        }
        a.Check();
        return new(a.Read("policy"), a.Read("multipliers"), a.Read("regularisers"), Upstream is null ? [] : a.Read("gradient"), a.ReadStatus());
    }
}

/// <summary>What a call wrote.</summary>
internal sealed record FtrlRun(double[] Policy, double[] Multipliers, double[] Regularisers, double[] Gradient, RowStatus[] Status);
