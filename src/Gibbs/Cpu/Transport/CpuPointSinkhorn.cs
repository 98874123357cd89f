using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sinkhorn between point clouds on spans: checks, pins, copies the clouds as the costs take them, and asks the solved state for gradients.</summary>
internal static unsafe class CpuPointSinkhorn
{
    public static SinkhornResult Solve<TReal>(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in PointSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornInputs<TReal> inputs, NewtonSettings newton = default)
        where TReal : unmanaged
    {
        SinkhornValidation.CheckOptions(options);
        SinkhornValidation.CheckPoints(options.Metric, x.Height, x.Width, y.Height, y.Width);
        SinkhornValidation.CheckShapes(
            x.Height, y.Height, inputs.SourceWeights.Length, inputs.TargetWeights.Length, inputs.InitialTargetPotential.Length,
            outputs.SourcePotential.Length, outputs.TargetPotential.Length, outputs.Plan.Height, outputs.Plan.Width);
        ArgumentChecks.Matrix("outputs.SourceGradient", outputs.SourceGradient.Height, outputs.SourceGradient.Width, x.Height, x.Width, "as x");
        ArgumentChecks.Matrix("outputs.TargetGradient", outputs.TargetGradient.Height, outputs.TargetGradient.Width, y.Height, y.Width, "as y");
        SinkhornCall<TReal> call = default;
        call.Options = options;
        call.Progress = inputs.Progress;
        call.Newton = newton;
        call.Rows = x.Height;
        call.Columns = y.Height;
        call.SourceMass = inputs.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.SourceWeights, "inputs.SourceWeights");
        call.TargetMass = inputs.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.TargetWeights, "inputs.TargetWeights");
        SinkhornValidation.CheckMasses(options, call.SourceMass, call.TargetMass);
        call.LargestCost = double.PositiveInfinity;
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, initial = inputs.InitialTargetPotential, f = outputs.SourcePotential, g = outputs.TargetPotential, plan = outputs.Plan)
        fixed (TReal* source = x, target = y, sourceGradient = outputs.SourceGradient, targetGradient = outputs.TargetGradient)
        {
            call.SourceWeights = a;
            call.TargetWeights = b;
            call.InitialTargetPotential = initial;
            call.SourcePotential = f;
            call.TargetPotential = g;
            call.Plan = plan;
            call.PlanStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Plan);
            PointCall<TReal> points = new()
            {
                Metric = options.Metric,
                X = source,
                XStride = RowSplit.StrideBytes(x),
                Y = target,
                YStride = RowSplit.StrideBytes(y),
                Dimensions = x.Width,
                SourceGradient = sourceGradient,
                SourceGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourceGradient),
                TargetGradient = targetGradient,
                TargetGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetGradient),
            };
            return CpuSettings.VectorBits switch
            {
                512 => PointSolve<TReal, SimdVector512<TReal>>.Run(ref call, points),
                256 => PointSolve<TReal, SimdVector256<TReal>>.Run(ref call, points),
                _ => PointSolve<TReal, SimdVector128<TReal>>.Run(ref call, points),
            };
        }
    }
}

/// <summary>The clouds of a call, as plain pointers; null gradients are absent. Strides are in bytes.</summary>
internal unsafe struct PointCall<TReal>
    where TReal : unmanaged
{
    public TransportMetric Metric;
    public TReal* X;
    public nint XStride;
    public TReal* Y;
    public nint YStride;
    public int Dimensions;
    public TReal* SourceGradient;
    public nint SourceGradientStride;
    public TReal* TargetGradient;
    public nint TargetGradientStride;
}

/// <summary>A solve between clouds, and the gradients of its value.</summary>
internal static unsafe class PointSolve<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static SinkhornResult Run(ref SinkhornCall<TReal> call, PointCall<TReal> points)
    {
        using PointClouds<TReal> clouds = PointClouds<TReal>.Copy(points.Metric, points.X, points.XStride, call.Rows, points.Y, points.YStride, call.Columns, points.Dimensions);
        call.After = &Gradients;
        call.Context = &points;
        PointCosts<TReal, TVector> costs = new(points.Metric, clouds.X, (nint)points.Dimensions * sizeof(TReal), clouds.Y, clouds.YStride, points.Dimensions);
        SinkhornResult result = clouds.Finite ? SinkhornSolve<TReal, TVector, PointCosts<TReal, TVector>>.Run(costs, call) : NoPlan.Of(call, 0, TransportStatus.NonFinite);
        if (result.Status is TransportStatus.Infeasible or TransportStatus.NonFinite)
        {
            NoPlan.Fill(points.SourceGradient, points.SourceGradientStride, call.Rows, points.Dimensions);
            NoPlan.Fill(points.TargetGradient, points.TargetGradientStride, call.Columns, points.Dimensions);
        }

        return result;
    }

    private static void Gradients(void* solved, void* context)
    {
        ref readonly SinkhornState<TReal, PointCosts<TReal, TVector>> state = ref *(SinkhornState<TReal, PointCosts<TReal, TVector>>*)solved;
        ref readonly PointCall<TReal> points = ref *(PointCall<TReal>*)context;
        if (points.SourceGradient != null)
            Gradient(new() { State = state, Gradient = points.SourceGradient, GradientStride = points.SourceGradientStride, Points = points.X, PointsStride = points.XStride });
        if (points.TargetGradient == null)
            return;

        // The problem with its sides exchanged: what was a column is a row.
        using PointClouds<TReal> clouds = PointClouds<TReal>.Copy(points.Metric, points.Y, points.YStride, state.Columns, points.X, points.XStride, checked((int)state.Rows), points.Dimensions);
        SinkhornState<TReal, PointCosts<TReal, TVector>> exchanged = state;
        exchanged.Rows = state.Columns;
        exchanged.Columns = (int)state.Rows;
        exchanged.Padded = clouds.YStride;
        exchanged.Costs = new(points.Metric, clouds.X, (nint)points.Dimensions * sizeof(TReal), clouds.Y, clouds.YStride, points.Dimensions);
        TReal* memory = (TReal*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc((nuint)(2 * clouds.YStride * sizeof(TReal)), 64);
        try
        {
            exchanged.F = state.G;
            exchanged.A = state.B;
            exchanged.G = Padded(memory, state.F, state.Rows, clouds.YStride);
            exchanged.B = Padded(memory + clouds.YStride, state.A, state.Rows, clouds.YStride);
            Gradient(new() { State = exchanged, Gradient = points.TargetGradient, GradientStride = points.TargetGradientStride, Points = points.Y, PointsStride = points.YStride });
        }
        finally
        {
            System.Runtime.InteropServices.NativeMemory.AlignedFree(memory);
        }
    }

    private static TReal* Padded(TReal* destination, TReal* source, long count, int padded)
    {
        for (long i = 0; i < padded; i++)
            destination[i] = i < count ? source[i] : default;
        return destination;
    }

    private static void Gradient(PointGradient<TReal, TVector>.Job job) =>
        WorkerTeam.Run(&PointGradient<TReal, TVector>.Run, &job, job.State.Rows, 64, RowSplit.Parallel(job.State.Rows, job.State.Columns));
}
