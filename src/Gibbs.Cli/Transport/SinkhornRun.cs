using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Transport;

/// <summary>One run of <c>gibbs sinkhorn</c>: loads the problem, solves it where it is told to, writes all outputs or none, reports.</summary>
/// <typeparam name="T">The costs' type, after conversion.</typeparam>
/// <typeparam name="TReal">The arithmetic type, and that of points.</typeparam>
/// <typeparam name="TKernels">The library's overloads for them.</typeparam>
internal sealed class SinkhornRun<T, TReal, TKernels>(SinkhornArguments arguments, ExecutionDevice device, ElementType type, NpyArray first)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    public int Execute()
    {
        TransportProblem<T, TReal> problem = new(arguments, first);
        TransportResults<TReal> results = new(arguments, problem.Rows, problem.Columns, problem.Dimensions);
        TransportSolver<TReal> solver = problem.IsPoints ? Points(problem, results) : new MatrixSolver<T, TReal, TKernels>(arguments, problem, results);
        using OutputFiles files = new();
        results.AddTo(files);
        string method = arguments.Divergence ? "divergence" : arguments.Method.ToString().ToLowerInvariant();
        (SinkhornResult result, double milliseconds) = SolveProgress.Show(arguments.Json, method, progress => solver.Run(device.Stream, progress));
        SinkhornReport report = new()
        {
            Method = method,
            Device = device,
            Type = type,
            Rows = problem.Rows,
            Columns = problem.Columns,
            Epsilon = arguments.Options.Epsilon,
            Result = result,
            Gap = solver.Gap(result),
            Milliseconds = milliseconds,
        };
        if (report.HasOutputs)
            files.Commit();
        return report.Write(arguments.Json);
    }

    private TransportSolver<TReal> Points(TransportProblem<T, TReal> problem, TransportResults<TReal> results) =>
        typeof(TReal) == typeof(double)
            ? (TransportSolver<TReal>)(object)new PointSolver<double, double, Float64PointKernels>(arguments, (TransportProblem<double, double>)(object)problem, (TransportResults<double>)(object)results)
            : (TransportSolver<TReal>)(object)new PointSolver<float, float, Float32PointKernels>(arguments, (TransportProblem<float, float>)(object)problem, (TransportResults<float>)(object)results);
}
