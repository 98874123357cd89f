namespace Gibbs.Cli.Bench;

/// <summary>Full Sinkhorn iterations over a matrix of costs; against as many reads of it.</summary>
internal sealed record SinkhornBench(string Name, string Summary) : BenchOperation(Name, Summary)
{
    // Enough that the first pass, which finds the range, and the last, which sums the plan, weigh little.
    private const int Iterations = 100;

    public static SinkhornBench[] All { get; } =
    [
        new("sinkhorn", "100 full iterations over a cost matrix; against 100 reads of it") { Passes = Iterations, Writes = false },
    ];

    // Random costs at this ε are far from solved after a hundred iterations, and no error is as small.
    private static SinkhornOptions Options => new() { Epsilon = 0.02, Tolerance = 1e-30, MaxIterations = Iterations };

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        TReal[] potential = new TReal[settings.Columns];
        return new((cost, _, _) =>
        {
            SinkhornOutputs<TReal> outputs = new() { TargetPotential = potential };
            SinkhornResult result = TKernels.Solve(cost, outputs, Options, default(SinkhornInputs<TReal>));
            if (result.Iterations != Iterations)
                throw new Failure($"sinkhorn ended as {result.Status} after {result.Iterations} iterations: there is nothing to time");
        });
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        DeviceSpan<SinkhornResult> results = arrays.Allocate<SinkhornResult>(1);
        DeviceSpan<TReal> potential = arrays.Allocate<TReal>(settings.Columns);
        return new((cost, _, _) =>
        {
            DeviceSinkhornOutputs<TReal> outputs = new() { Results = results, TargetPotentials = potential };
            TKernels.Solve(stream, cost, outputs, Options, default(DeviceSinkhornInputs<TReal>));
        });
    }
}
