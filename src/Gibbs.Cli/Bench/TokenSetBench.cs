namespace Gibbs.Cli.Bench;

/// <summary>The entropy of the tokens that a rule keeps, with its gradient where it writes.</summary>
internal sealed record TokenSetBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    public static TokenSetBench[] All { get; } =
    [
        new("nucleus-entropy", "entropy of the tokens that make 0.9 of the mass, and gradient; against a copy") { Options = new() { TopP = 0.9 } },
        new("nucleus-entropy-forward", "entropy of the tokens that make 0.9 of the mass; against a read") { Options = new() { TopP = 0.9 }, Writes = false },
        new("top-h", "bounded-entropy set of alpha 0.4 and the gradient of its entropy; against a copy") { Options = new() { TopH = 0.4 } },
        new("top-k", "entropy of the 50 largest, and gradient; against a copy") { Options = new() { TopK = 50 } },
    ];

    public TokenSetOptions Options { get; init; }

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        TReal[] entropies = new TReal[settings.Rows];
        TokenSetOptions options = Options;
        return new((input, _, output) =>
        {
            TokenSetOutputs<T, TReal> outputs = new() { Entropies = entropies, Gradient = output };
            TKernels.Compute(input, outputs, options, default(TokenSetInputs<TReal>));
        });
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        TokenSetOptions options = Options;
        DeviceSpan<TReal> value = arrays.Allocate<TReal>(1);
        DeviceTokenSetOutputs<T, TReal> Outputs(DeviceSpan2D<T> output) => new() { Value = value, Gradient = output };
        DeviceSpan<byte> workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(stream, input, Outputs(Writes ? input : default), options, default(DeviceTokenSetInputs<TReal>)));
        return new((rows, _, output) =>
        {
            DeviceTokenSetInputs<TReal> inputs = new() { Workspace = workspace };
            TKernels.Compute(stream, rows, Outputs(output), options, inputs);
        });
    }
}
