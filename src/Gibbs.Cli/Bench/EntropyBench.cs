namespace Gibbs.Cli.Bench;

/// <summary>An entropy of rows, with the gradient where it writes.</summary>
internal sealed record EntropyBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    public static EntropyBench[] All { get; } =
    [
        new("entropy", "Shannon entropy and gradient, the gradient to other memory; against a copy"),
        new("entropy-in-place", "Shannon entropy and gradient, the gradient over the logits; against a copy") { InPlace = true },
        new("entropy-forward", "Shannon entropy; against a read") { Writes = false },
        new("renyi-entropy", "Rényi entropy of order 2 and gradient; against a copy") { Kind = EntropyKind.Renyi },
    ];

    public EntropyKind Kind { get; init; }

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        TReal[] entropies = new TReal[settings.Rows];
        RowEntropyOptions options = new() { Kind = Kind };
        return new((input, _, output) =>
        {
            RowEntropyOutputs<T, TReal> outputs = new() { Entropies = entropies, Gradient = output };
            TKernels.Compute(input, outputs, options, default(RowEntropyInputs<TReal>));
        });
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        RowEntropyOptions options = new() { Kind = Kind };
        DeviceSpan<TReal> value = arrays.Allocate<TReal>(1);
        DeviceRowEntropyOutputs<T, TReal> Outputs(DeviceSpan2D<T> output) => new() { Value = value, Gradient = output };
        DeviceSpan<byte> workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(stream, input, Outputs(Writes ? input : default), options, default(DeviceRowEntropyInputs<TReal>)));
        return new((rows, _, output) =>
        {
            DeviceRowEntropyInputs<TReal> inputs = new() { Workspace = workspace };
            TKernels.Compute(stream, rows, Outputs(output), options, inputs);
        });
    }
}
