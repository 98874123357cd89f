using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Tests.Harness;

/// <summary>The span form.</summary>
internal sealed class CpuDevice : TestDevice
{
    private delegate CrossEntropyResult ComputeForm<T, TReal>(
        ReadOnlySpan2D<T> logits, TargetSpan targets, in CrossEntropyOutputs<T, TReal> outputs, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void GradientForm<T, TReal>(
        ReadOnlySpan2D<T> logits,
        TargetSpan targets,
        ReadOnlySpan<RowStatistics<TReal>> statistics,
        ReadOnlySpan<TReal> upstream,
        Span2D<T> gradient,
        in CrossEntropyOptions options,
        in CrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    public override string Name => "cpu";

    public override Placement Place(byte[] bytes) => new HostPlacement(bytes);

    public override CrossEntropyResult Run(RawCall call) => call.Type switch
    {
        ElementType.Float32 => Run<float, float>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient),
        ElementType.Float64 => Run<double, double>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient),
        ElementType.Float16 => Run<Half, float>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient),
        _ => Run<BFloat16, float>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient),
    };

    private static unsafe CrossEntropyResult Run<T, TReal>(RawCall call, ComputeForm<T, TReal> compute, GradientForm<T, TReal> gradient)
        where T : unmanaged
        where TReal : unmanaged
    {
        int rows = checked((int)call.Rows), columns = checked((int)call.Columns);
        ReadOnlySpan2D<T> logits = Rows<T>(call.Logits, rows, columns, call.LogitsStride);
        TargetSpan targets = call.TargetKind switch
        {
            TargetKind.Int32 => new ReadOnlySpan<int>((void*)call.Targets, rows),
            TargetKind.Int64 => new ReadOnlySpan<long>((void*)call.Targets, rows),
            _ => default,
        };
        CrossEntropyInputs<T, TReal> inputs = new()
        {
            SoftTargets = call.TargetKind == TargetKind.Soft ? Rows<T>(call.SoftTargets, rows, columns, call.SoftStride) : default,
            ClassWeights = Span<TReal>(call.ClassWeights, columns),
            RowWeights = Span<TReal>(call.RowWeights, rows),
            RowTemperatures = Span<TReal>(call.RowTemperatures, rows),
        };
        Span2D<T> gradientRows = Rows<T>(call.Gradient, rows, columns, call.GradientStride);
        if (call.FromStatistics)
        {
            gradient(
                logits, targets, Span<RowStatistics<TReal>>(call.Statistics, rows), Span<TReal>(call.Upstream, (int)call.UpstreamLength), gradientRows, call.Options, inputs);
            return default;
        }
        CrossEntropyOutputs<T, TReal> outputs = new()
        {
            Losses = Span<TReal>(call.Losses, rows),
            Gradient = gradientRows,
            LogSumExp = Span<TReal>(call.LogSumExp, rows),
            Entropy = Span<TReal>(call.Entropy, rows),
            LogProbability = Span<TReal>(call.LogProbability, rows),
            Argmax = Span<long>(call.Argmax, rows),
            Rank = Span<long>(call.Rank, rows),
            Status = Span<RowStatus>(call.Status, rows),
            Statistics = Span<RowStatistics<TReal>>(call.Statistics, rows),
        };
        return compute(logits, targets, outputs, call.Options, inputs);
    }

    private static unsafe Span<T> Span<T>(nint address, int length)
        where T : unmanaged => address == 0 ? default : new((void*)address, length);

    private static unsafe Span2D<T> Rows<T>(nint address, int rows, int columns, long stride)
        where T : unmanaged => address == 0 ? default : new((void*)address, rows, columns, checked((int)(stride - columns)));
}
