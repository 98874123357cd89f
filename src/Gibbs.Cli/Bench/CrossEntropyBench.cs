namespace Gibbs.Cli.Bench;

/// <summary>Softmax cross-entropy, with the gradient where it writes.</summary>
internal sealed record CrossEntropyBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    public static BenchOperation[] All { get; } =
    [
        new CrossEntropyBench("cross-entropy", "loss and gradient, the gradient to other memory; against a copy"),
        new CrossEntropyBench("cross-entropy-in-place", "loss and gradient, the gradient over the logits; against a copy") { InPlace = true },
        new CrossEntropyBench("cross-entropy-forward", "loss; against a read") { Writes = false },
    ];

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        int[] targets = BenchData.Targets(settings.Rows, settings.Columns);
        TReal[] losses = new TReal[settings.Rows];
        return new((input, _, output) =>
        {
            CrossEntropyOutputs<T, TReal> outputs = new() { Losses = losses, Gradient = output };
            TKernels.Compute(input, targets, outputs, default(CrossEntropyOptions), default(CrossEntropyInputs<T, TReal>));
        });
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        DeviceSpan<int> targets = arrays.Upload(BenchData.Targets(settings.Rows, settings.Columns));
        DeviceSpan<TReal> loss = arrays.Allocate<TReal>(1);
        DeviceCrossEntropyOutputs<T, TReal> Outputs(DeviceSpan2D<T> output) => new() { Loss = loss, Gradient = output };
        DeviceSpan<byte> workspace = arrays.Allocate<byte>(
            TKernels.WorkspaceBytes(stream, input, targets, Outputs(Writes ? input : default), default(CrossEntropyOptions), default(DeviceCrossEntropyInputs<T, TReal>)));
        return new((rows, _, output) =>
        {
            DeviceCrossEntropyInputs<T, TReal> inputs = new() { Workspace = workspace };
            TKernels.Compute(stream, rows, targets, Outputs(output), default(CrossEntropyOptions), inputs);
        });
    }
}
