using System;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Transport;

/// <summary>Of a matrix of costs.</summary>
internal sealed class MatrixSolver<T, TReal, TKernels>(SinkhornArguments arguments, TransportProblem<T, TReal> problem, TransportResults<TReal> results) : TransportSolver<TReal>(arguments, results)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : ITransportKernels<T, TReal>
{
    private SinkhornOutputs<TReal> Outputs => new() { SourcePotential = Results.SourcePotential, TargetPotential = Results.TargetPotential, Plan = Results.PlanView };

    protected override SinkhornResult Sinkhorn(IProgress<SinkhornProgress>? progress) => TKernels.Solve(problem.CostView, Outputs, Options, problem.Inputs(progress));

    protected override SinkhornResult Newton(IProgress<SinkhornProgress>? progress) => TKernels.Solve(problem.CostView, Outputs, NewtonOptions, problem.Inputs(progress));

    protected override SparseTransportResult Sparse() => TKernels.Solve(problem.CostView, Results.SparseOutputs, SparseOptions, problem.SparseInputs);

    // Refused before: it is of two clouds.
    protected override SinkhornResult Divergence() => throw new InvalidOperationException("a divergence is of two clouds");

    protected override double Gap() => TKernels.Gap(problem.CostView, problem.Potentials(Results), Options);

    protected override void Enqueue(DeviceTransportCall<TReal> call)
    {
        DeviceSpan2D<T> cost = call.Arrays.Upload(problem.Cost).AsRows(problem.Rows, problem.Columns);
        DeviceTransportResults<TReal> results = call.Outputs;
        if (call.Method == TransportMethod.Sparse)
        {
            DeviceSparseTransportOutputs<TReal> sparse = new() { Results = call.Sparse, SourcePotential = results.SourcePotential, TargetPotential = results.TargetPotential, Plan = results.Plan };
            DeviceSparseTransportInputs<TReal> sparseInputs = problem.DeviceSparseInputs(call.Arrays);
            call.Begin();
            TKernels.Solve(call.Stream, cost, sparse, SparseOptions, sparseInputs);
            return;
        }

        DeviceSinkhornOutputs<TReal> outputs = new() { Results = call.Result, SourcePotentials = results.SourcePotential, TargetPotentials = results.TargetPotential, Plans = results.Plan };
        DeviceSinkhornInputs<TReal> inputs = problem.DeviceInputs(call.Arrays);
        call.Begin();
        if (call.Method == TransportMethod.Newton)
            TKernels.Solve(call.Stream, cost, outputs, NewtonOptions, inputs);
        else
            TKernels.Solve(call.Stream, cost, outputs, Options, inputs);
    }
}
