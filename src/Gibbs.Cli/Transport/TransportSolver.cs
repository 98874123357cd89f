using System;
using System.Diagnostics;

namespace Gibbs.Cli.Transport;

/// <summary>The solvers of one transport problem, whatever its costs are made of and wherever they run. Potentials, plan and gradients go to the results.</summary>
internal abstract class TransportSolver<TReal>(SinkhornArguments arguments, TransportResults<TReal> results)
    where TReal : unmanaged
{
    protected SinkhornOptions Options => arguments.Options;

    protected TransportResults<TReal> Results => results;

    protected SinkhornNewtonOptions NewtonOptions => new()
    {
        Epsilon = Options.Epsilon,
        EpsilonStart = Options.EpsilonStart,
        Tolerance = Options.Tolerance,
        MaxIterations = Options.MaxIterations,
        Metric = Options.Metric,
    };

    protected SparseTransportOptions SparseOptions => new()
    {
        Gamma = Options.Epsilon,
        K = arguments.K,
        Tolerance = Options.Tolerance,
        MaxIterations = Options.MaxIterations,
        Metric = Options.Metric,
    };

    /// <summary>Solves by the method that is asked for; the time is that of the solve.</summary>
    public (SinkhornResult Result, double Milliseconds) Run(CudaStream? stream, IProgress<SinkhornProgress>? progress)
    {
        if (stream is not null)
            return OnDevice(stream);
        long begin = Stopwatch.GetTimestamp();
        SinkhornResult result = arguments.Divergence ? Divergence() : arguments.Method switch
        {
            TransportMethod.Newton => Newton(progress),
            TransportMethod.Sparse => Of(Sparse()),
            _ => Sinkhorn(progress),
        };
        return (result, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    /// <summary>The value of a plan that has its marginals exactly, made from the potentials found, less the dual value; NaN where there is none.</summary>
    public double Gap(in SinkhornResult result)
    {
        if (arguments.Divergence || double.IsNaN(result.Value))
            return double.NaN;
        if (arguments.Method != TransportMethod.Sparse)
            return Gap();

        // Nothing rounds a sparse plan: where its marginals are not right, its value says nothing.
        return result.Status == TransportStatus.Converged ? result.Value - result.Dual : double.NaN;
    }

    protected abstract SinkhornResult Sinkhorn(IProgress<SinkhornProgress>? progress);

    protected abstract SinkhornResult Newton(IProgress<SinkhornProgress>? progress);

    protected abstract SparseTransportResult Sparse();

    protected abstract SinkhornResult Divergence();

    protected abstract double Gap();

    /// <summary>Copies the inputs to the device, begins the call's time and enqueues the solve by the method that is asked for.</summary>
    protected abstract void Enqueue(DeviceTransportCall<TReal> call);

    private (SinkhornResult Result, double Milliseconds) OnDevice(CudaStream stream)
    {
        using DeviceArrays arrays = new(stream);
        using DeviceTransportCall<TReal> call = new(arrays, arguments, results);
        Enqueue(call);
        double milliseconds = call.End();
        call.Outputs.Download();
        SinkhornResult result = arguments.Divergence ? Of(arrays.Read(call.Divergence, default))
            : arguments.Method == TransportMethod.Sparse ? Of(arrays.Read(call.Sparse, default))
            : arrays.Read(call.Result, default);
        return (result, milliseconds);
    }

    // Its plan has no relative entropy that counts.
    private static SinkhornResult Of(in SparseTransportResult result) =>
        new(result.Value, result.LinearCost, double.NaN, 0, 0, result.Dual, result.MarginalError, result.Iterations, result.Status);

    // The cross term's plan, the divergence's value, and the worst of the three outcomes.
    protected static SinkhornResult Of(in SinkhornDivergenceResult result) => result.Cross with { Value = result.Value, Dual = double.NaN, Status = result.Status };
}
