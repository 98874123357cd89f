using System;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Transport;

/// <summary>Of two clouds of points.</summary>
internal sealed class PointSolver<T, TReal, TKernels>(SinkhornArguments arguments, TransportProblem<T, TReal> problem, TransportResults<TReal> results) : TransportSolver<TReal>(arguments, results)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IPointTransportKernels<TReal>
{
    private PointSinkhornOutputs<TReal> Outputs => new()
    {
        SourcePotential = Results.SourcePotential,
        TargetPotential = Results.TargetPotential,
        Plan = Results.PlanView,
        SourceGradient = Results.XGradientView,
        TargetGradient = Results.YGradientView,
    };

    protected override SinkhornResult Sinkhorn(IProgress<SinkhornProgress>? progress) => TKernels.Solve(problem.XView, problem.YView, Outputs, Options, problem.Inputs(progress));

    protected override SinkhornResult Newton(IProgress<SinkhornProgress>? progress) => TKernels.Solve(problem.XView, problem.YView, Outputs, NewtonOptions, problem.Inputs(progress));

    protected override SparseTransportResult Sparse() => TKernels.Solve(problem.XView, problem.YView, Results.SparseOutputs, SparseOptions, problem.SparseInputs);

    protected override SinkhornResult Divergence() => Of(TKernels.Divergence(
        problem.XView,
        problem.YView,
        new()
        {
            SourceGradient = Results.XGradientView,
            TargetGradient = Results.YGradientView,
            SourceWeightGradient = Results.SourcePotential,
            TargetWeightGradient = Results.TargetPotential,
        },
        Options,
        new() { SourceWeights = problem.SourceWeights, TargetWeights = problem.TargetWeights }));

    protected override double Gap() => TKernels.Gap(problem.XView, problem.YView, problem.Potentials(Results), Options);

    protected override void Enqueue(DeviceTransportCall<TReal> call)
    {
        DeviceSpan2D<TReal> x = call.Arrays.Upload(problem.X).AsRows(problem.Rows, problem.Dimensions), y = call.Arrays.Upload(problem.Y).AsRows(problem.Columns, problem.Dimensions);
        DeviceTransportResults<TReal> results = call.Outputs;
        if (call.IsDivergence)
        {
            DeviceSinkhornDivergenceOutputs<TReal> divergence = new()
            {
                Result = call.Divergence,
                SourceGradient = results.XGradient,
                TargetGradient = results.YGradient,
                SourceWeightGradient = results.SourcePotential,
                TargetWeightGradient = results.TargetPotential,
            };
            DeviceSinkhornDivergenceInputs<TReal> weights = new() { SourceWeights = call.Arrays.Upload(problem.SourceWeights), TargetWeights = call.Arrays.Upload(problem.TargetWeights) };
            call.Begin();
            TKernels.Divergence(call.Stream, x, y, divergence, Options, weights);
            return;
        }

        if (call.Method == TransportMethod.Sparse)
        {
            DeviceSparseTransportOutputs<TReal> sparse = new() { Results = call.Sparse, SourcePotential = results.SourcePotential, TargetPotential = results.TargetPotential, Plan = results.Plan };
            DeviceSparseTransportInputs<TReal> sparseInputs = problem.DeviceSparseInputs(call.Arrays);
            call.Begin();
            TKernels.Solve(call.Stream, x, y, sparse, SparseOptions, sparseInputs);
            return;
        }

        DevicePointSinkhornOutputs<TReal> outputs = new()
        {
            Results = call.Result,
            SourcePotentials = results.SourcePotential,
            TargetPotentials = results.TargetPotential,
            Plans = results.Plan,
            SourceGradients = results.XGradient,
            TargetGradients = results.YGradient,
        };
        DeviceSinkhornInputs<TReal> inputs = problem.DeviceInputs(call.Arrays);
        call.Begin();
        if (call.Method == TransportMethod.Newton)
            TKernels.Solve(call.Stream, x, y, outputs, NewtonOptions, inputs);
        else
            TKernels.Solve(call.Stream, x, y, outputs, Options, inputs);
    }
}
