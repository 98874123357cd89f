using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Backups;

/// <summary>A batch of soft backups and how it lies in memory. Numbers are exactly as they are stored.</summary>
internal sealed record SoftBackupCase
{
    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double[] Q { get; init; }

    public double[]? LogPrior { get; init; }

    public double[]? KlWeights { get; init; }

    public double[]? Temperatures { get; init; }

    public double[]? Upstream { get; init; }

    public SoftBackupOptions Options { get; init; }

    public bool InPlace { get; init; }

    public int Padding { get; init; }

    public int Offset { get; init; }

    public int Regime { get; init; }

    public SoftBackupCase Row(int i)
    {
        double[]? One(double[]? all) => all is null ? null : [all[i]];
        return this with
        {
            Rows = 1,
            Q = Q[(i * Columns)..((i + 1) * Columns)],
            LogPrior = LogPrior?[(i * Columns)..((i + 1) * Columns)],
            KlWeights = One(KlWeights),
            Temperatures = One(Temperatures),
            Upstream = One(Upstream),
        };
    }

    public SoftBackupRun Run(string device) => Type switch
    {
        ElementType.Float32 => Run<float, float>(device, SoftBackup.Compute, SoftBackup.Compute),
        ElementType.Float64 => Run<double, double>(device, SoftBackup.Compute, SoftBackup.Compute),
        ElementType.Float16 => Run<Half, float>(device, SoftBackup.Compute, SoftBackup.Compute),
        _ => Run<BFloat16, float>(device, SoftBackup.Compute, SoftBackup.Compute),
    };

    private delegate void SpanForm<T, TReal>(ReadOnlySpan2D<T> q, in SoftBackupOutputs<T, TReal> outputs, in SoftBackupOptions options, in SoftBackupInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> q, in DeviceSoftBackupOutputs<T, TReal> outputs, in SoftBackupOptions options, in DeviceSoftBackupInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private SoftBackupRun Run<T, TReal>(string device, SpanForm<T, TReal> spans, DeviceForm<T, TReal> views)
        where T : unmanaged
        where TReal : unmanaged
    {
        using BackupArrays a = new(device, Type, Rows, Columns, Padding, Offset);
        a.Matrix("q", Q, InPlace);
        a.Matrix("log prior", LogPrior, InPlace);
        a.Reals("kl weights", KlWeights);
        a.Reals("temperatures", Temperatures);
        a.Reals("upstream", Upstream);
        foreach (string name in new[] { "values", "entropies", "kl", "temperature gradient", "kl weight gradient" })
            a.OutReals(name);
        a.OutMatrix("policy");
        a.OutMatrix("log policy");
        a.OutMatrix("q gradient", InPlace ? "q" : null);
        a.OutMatrix("log prior gradient", InPlace && LogPrior is not null ? "log prior" : null);
        a.OutStatus();
        if (a.Stream is { } stream)
        {
            DeviceSoftBackupInputs<T, TReal> inputs = new()
            {
                LogPrior = a.DeviceView<T>("log prior"),
                KlWeights = a.DeviceList<TReal>("kl weights", Rows),
                Temperatures = a.DeviceList<TReal>("temperatures", Rows),
                Upstream = a.DeviceList<TReal>("upstream", Rows),
                Regime = Regime,
            };
            DeviceSoftBackupOutputs<T, TReal> outputs = new()
            {
                Values = a.DeviceList<TReal>("values", Rows),
                Policy = a.DeviceView<T>("policy"),
                LogPolicy = a.DeviceView<T>("log policy"),
                Entropies = a.DeviceList<TReal>("entropies", Rows),
                Kl = a.DeviceList<TReal>("kl", Rows),
                QGradient = a.DeviceView<T>("q gradient"),
                LogPriorGradient = a.DeviceView<T>("log prior gradient"),
                TemperatureGradient = a.DeviceList<TReal>("temperature gradient", Rows),
                KlWeightGradient = a.DeviceList<TReal>("kl weight gradient", Rows),
                Status = a.DeviceList<RowStatus>("status", Rows),
            };
            views(stream, a.DeviceView<T>("q"), outputs, Options, inputs);
            stream.Synchronize();
        }
        else
        {
            SoftBackupInputs<T, TReal> inputs = new()
            {
                LogPrior = a.View<T>("log prior"),
                KlWeights = a.List<TReal>("kl weights", Rows),
                Temperatures = a.List<TReal>("temperatures", Rows),
                Upstream = a.List<TReal>("upstream", Rows),
            };
            SoftBackupOutputs<T, TReal> outputs = new()
            {
                Values = a.List<TReal>("values", Rows),
                Policy = a.View<T>("policy"),
                LogPolicy = a.View<T>("log policy"),
                Entropies = a.List<TReal>("entropies", Rows),
                Kl = a.List<TReal>("kl", Rows),
                QGradient = a.View<T>("q gradient"),
                LogPriorGradient = a.View<T>("log prior gradient"),
                TemperatureGradient = a.List<TReal>("temperature gradient", Rows),
                KlWeightGradient = a.List<TReal>("kl weight gradient", Rows),
                Status = a.List<RowStatus>("status", Rows),
            };
            spans(a.View<T>("q"), outputs, Options, inputs);
        }
        a.Check();
        return new(
            a.Read("values"),
            a.Read("policy"),
            a.Read("log policy"),
            a.Read("entropies"),
            a.Read("kl"),
            a.Read("q gradient"),
            a.Read("log prior gradient"),
            a.Read("temperature gradient"),
            a.Read("kl weight gradient"),
            a.ReadStatus());
    }
}

/// <summary>What a call wrote.</summary>
internal sealed record SoftBackupRun(
    double[] Values,
    double[] Policy,
    double[] LogPolicy,
    double[] Entropies,
    double[] Kl,
    double[] QGradient,
    double[] LogPriorGradient,
    double[] TemperatureGradient,
    double[] KlWeightGradient,
    RowStatus[] Status);
