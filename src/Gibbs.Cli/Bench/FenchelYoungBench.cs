namespace Gibbs.Cli.Bench;

/// <summary>A Fenchel-Young loss, with the gradient where it writes.</summary>
internal sealed record FenchelYoungBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    public static FenchelYoungBench[] All { get; } =
    [
        new("fenchel-young", "entmax loss and gradient, the gradient to other memory; against a copy"),
        new("fenchel-young-in-place", "entmax loss and gradient, the gradient over the logits; against a copy") { InPlace = true },
        new("fenchel-young-forward", "entmax loss; against a read") { Writes = false },
    ];

    public double Alpha { get; init; } = 1.5;

    private FenchelYoungOptions Options => new() { Alpha = Alpha };

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        int[] targets = BenchData.Targets(settings.Rows, settings.Columns);
        TReal[] losses = new TReal[settings.Rows];
        FenchelYoungOptions options = Options;
        return new((input, _, output) =>
        {
            FenchelYoungOutputs<T, TReal> outputs = new() { Losses = losses, Gradient = output };
            TKernels.Compute(input, targets, outputs, options, default(FenchelYoungInputs<TReal>));
        });
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        FenchelYoungOptions options = Options;
        DeviceSpan<int> targets = arrays.Upload(BenchData.Targets(settings.Rows, settings.Columns));
        DeviceSpan<TReal> loss = arrays.Allocate<TReal>(1);
        DeviceFenchelYoungOutputs<T, TReal> Outputs(DeviceSpan2D<T> output) => new() { Loss = loss, Gradient = output };
        DeviceSpan<byte> workspace = arrays.Allocate<byte>(
            TKernels.WorkspaceBytes(stream, input, targets, Outputs(Writes ? input : default), options, default(DeviceFenchelYoungInputs<TReal>)));
        return new((rows, _, output) =>
        {
            DeviceFenchelYoungInputs<TReal> inputs = new() { Workspace = workspace };
            TKernels.Compute(stream, rows, targets, Outputs(output), options, inputs);
        });
    }
}
