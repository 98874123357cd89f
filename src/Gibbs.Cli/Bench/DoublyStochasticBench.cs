namespace Gibbs.Cli.Bench;

/// <summary>Twenty normalisations of many small square matrices, a row of the input each; against a copy.</summary>
internal sealed record DoublyStochasticBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    public static DoublyStochasticBench[] All { get; } =
    [
        new("doubly-stochastic", "20 Sinkhorn iterations of N square matrices, --columns 16 for 4 x 4; against a copy") { CountsRows = true },
    ];

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings) => new(static (input, _, output) =>
    {
        DoublyStochasticOutputs<T, TReal> outputs = new() { Matrices = output };
        TKernels.Normalise(input, outputs, default(DoublyStochasticOptions));
    });

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        return new((values, _, output) =>
        {
            DeviceDoublyStochasticOutputs<T, TReal> outputs = new() { Matrices = output };
            TKernels.Normalise(stream, values, outputs, default(DoublyStochasticOptions));
        });
    }
}
