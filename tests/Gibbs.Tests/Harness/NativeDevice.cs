using System;

namespace Gibbs.Tests.Harness;

/// <summary>The form on device memory, on the native library that this process binds: emulated, or a GPU.</summary>
internal sealed class NativeDevice : TestDevice
{
    private readonly CudaStream _stream;

    public NativeDevice(CudaStream stream) => _stream = stream;

    private delegate void ComputeForm<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long WorkspaceForm<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void GradientForm<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<TReal>> statistics,
        DeviceSpan<TReal> upstream,
        DeviceSpan2D<T> gradient,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    public override string Name => "native";

    public override bool HasRegimes => true;

    public override bool ScalarsInMemory => true;

    public CudaStream Stream => _stream;

    private int Ordinal => _stream.Device.Ordinal;

    public override Placement Place(byte[] bytes) => new DevicePlacement(_stream, bytes);

    public override CrossEntropyResult Run(RawCall call)
    {
        switch (call.Type)
        {
            case ElementType.Float32:
                Run<float, float>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient, SoftmaxCrossEntropy.WorkspaceBytes);
                break;
            case ElementType.Float64:
                Run<double, double>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient, SoftmaxCrossEntropy.WorkspaceBytes);
                break;
            case ElementType.Float16:
                Run<Half, float>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient, SoftmaxCrossEntropy.WorkspaceBytes);
                break;
            default:
                Run<BFloat16, float>(call, SoftmaxCrossEntropy.Compute, SoftmaxCrossEntropy.Gradient, SoftmaxCrossEntropy.WorkspaceBytes);
                break;
        }
        _stream.Synchronize();
        return default;
    }

    private void Run<T, TReal>(RawCall call, ComputeForm<T, TReal> compute, GradientForm<T, TReal> gradient, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        DeviceSpan2D<T> logits = Rows<T>(call.Logits, call, call.LogitsStride), gradientRows = Rows<T>(call.Gradient, call, call.GradientStride);
        DeviceTargetSpan targets = call.TargetKind switch
        {
            TargetKind.Int32 => Span<int>(call.Targets, call.Rows),
            TargetKind.Int64 => Span<long>(call.Targets, call.Rows),
            _ => default,
        };
        DeviceCrossEntropyInputs<T, TReal> inputs = new()
        {
            SoftTargets = call.TargetKind == TargetKind.Soft ? Rows<T>(call.SoftTargets, call, call.SoftStride) : default,
            ClassWeights = Span<TReal>(call.ClassWeights, call.Columns),
            RowWeights = Span<TReal>(call.RowWeights, call.Rows),
            RowTemperatures = Span<TReal>(call.RowTemperatures, call.Rows),
            Normaliser = Span<TReal>(call.Normaliser, 1),
            Regime = call.Regime,
        };
        if (call.FromStatistics)
        {
            gradient(
                _stream,
                logits,
                targets,
                Span<RowStatistics<TReal>>(call.Statistics, call.Rows),
                Span<TReal>(call.Upstream, call.UpstreamLength),
                gradientRows,
                call.Options,
                inputs);
            return;
        }
        DeviceCrossEntropyOutputs<T, TReal> outputs = new()
        {
            Losses = Span<TReal>(call.Losses, call.Rows),
            Loss = Span<TReal>(call.Loss, 1),
            Gradient = gradientRows,
            LogSumExp = Span<TReal>(call.LogSumExp, call.Rows),
            Entropy = Span<TReal>(call.Entropy, call.Rows),
            LogProbability = Span<TReal>(call.LogProbability, call.Rows),
            Argmax = Span<long>(call.Argmax, call.Rows),
            Rank = Span<long>(call.Rank, call.Rows),
            Status = Span<RowStatus>(call.Status, call.Rows),
            Statistics = Span<RowStatistics<TReal>>(call.Statistics, call.Rows),
            ValidRows = Span<long>(call.ValidRows, 1),
            NormaliserUsed = Span<TReal>(call.NormaliserUsed, 1),
        };
        if (!call.OwnWorkspace)
        {
            compute(_stream, logits, targets, outputs, call.Options, inputs);
            return;
        }
        // Poisoned scratch of exactly the size that was asked for.
        byte[] poison = new byte[workspaceBytes(_stream, logits, targets, outputs, call.Options, inputs)];
        poison.AsSpan().Fill(GuardedImage.Poison);
        using DeviceBuffer<byte> workspace = _stream.Upload<byte>(poison);
        inputs.Workspace = workspace.Span;
        compute(_stream, logits, targets, outputs, call.Options, inputs);
        _stream.Synchronize();
    }

    private DeviceSpan<T> Span<T>(nint address, long length)
        where T : unmanaged => address == 0 ? default : new(address, length, Ordinal);

    private DeviceSpan2D<T> Rows<T>(nint address, RawCall call, long stride)
        where T : unmanaged => address == 0 ? default : new(address, call.Rows, call.Columns, stride, Ordinal);
}

internal sealed class DevicePlacement(CudaStream stream, byte[] bytes) : Placement
{
    private readonly DeviceBuffer<byte> _buffer = stream.Upload<byte>(bytes);

    public override nint Address => _buffer.Span.Pointer;

    public override byte[] Fetch() => _buffer.ToArray();

    public override void Dispose() => _buffer.Dispose();
}
