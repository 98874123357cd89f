using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Batches of point clouds on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuPointSinkhornBatch
{
    public static void Solve<TReal>(
        ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, int problems, in PointSinkhornBatchOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornBatchInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SinkhornBatchShapes shapes = SinkhornBatchCalls.Shapes(inputs);
        shapes.Problems = problems;
        shapes.Rows = SinkhornBatchShapes.PerProblem(nameof(x), x.Height, problems);
        shapes.Columns = SinkhornBatchShapes.PerProblem(nameof(y), y.Height, problems);
        Run(x, y, shapes, default, outputs, options, inputs);
    }

    public static void Solve<TReal>(
        ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in SinkhornBatch batch, in PointSinkhornBatchOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornBatchInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SinkhornBatchShapes shapes = SinkhornBatchCalls.Shapes(inputs);
        SinkhornBatchCalls.Offsets(ref shapes, batch);
        shapes.SourceTotal = x.Height;
        shapes.TargetTotal = y.Height;
        Run(x, y, shapes, batch, outputs, options, inputs);
    }

    private static void Run<TReal>(
        ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, SinkhornBatchShapes shapes, in SinkhornBatch batch, in PointSinkhornBatchOutputs<TReal> outputs, in SinkhornOptions options,
        in SinkhornBatchInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SinkhornValidation.CheckOptions(options, !inputs.Epsilons.IsEmpty);
        SinkhornValidation.CheckPoints(options.Metric, x.Height, x.Width, y.Height, y.Width);
        shapes.Results = outputs.Results.Length;
        shapes.SourcePotentials = outputs.SourcePotentials.Length;
        shapes.TargetPotentials = outputs.TargetPotentials.Length;
        shapes.PlanRows = outputs.Plans.Height;
        shapes.PlanColumns = outputs.Plans.Width;
        shapes.PackedPlans = outputs.PackedPlans.Length;
        shapes.Check();
        SinkhornBatchShapes.CheckPointBatch(
            inputs.SharedCost, x.Height, y.Height, x.Width, outputs.SourceGradients.Height, outputs.SourceGradients.Width, outputs.TargetGradients.Height, outputs.TargetGradients.Width);
        SinkhornBatchCall<TReal> call = SinkhornBatchCalls.Of<TReal>(shapes, options, outputs.PackedPlans.Length);
        fixed (long* sourceOffsets = batch.SourceOffsets, targetOffsets = batch.TargetOffsets, costOffsets = batch.CostOffsets)
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, initial = inputs.InitialTargetPotentials, f = outputs.SourcePotentials, g = outputs.TargetPotentials)
        fixed (TReal* source = x, target = y, sourceGradients = outputs.SourceGradients, targetGradients = outputs.TargetGradients, plans = outputs.Plans, packed = outputs.PackedPlans)
        fixed (double* epsilons = inputs.Epsilons, tolerances = inputs.Tolerances)
        fixed (int* limits = inputs.IterationLimits)
        fixed (SinkhornResult* results = outputs.Results)
        {
            // Offsets of plans are of no account where none are asked for.
            call.SourceOffsets = sourceOffsets;
            call.TargetOffsets = targetOffsets;
            call.CostOffsets = packed != null ? costOffsets : null;
            call.SourceWeights = a;
            call.TargetWeights = b;
            call.InitialTargetPotentials = initial;
            call.Epsilons = epsilons;
            call.Tolerances = tolerances;
            call.IterationLimits = limits;
            call.Results = results;
            call.SourcePotentials = f;
            call.TargetPotentials = g;
            call.Plans = plans != null ? plans : packed;
            call.PlanStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Plans);
            PointCall<TReal> points = new()
            {
                Metric = options.Metric,
                X = source,
                XStride = RowSplit.StrideBytes(x),
                Y = target,
                YStride = RowSplit.StrideBytes(y),
                Dimensions = x.Width,
                SourceGradient = sourceGradients,
                SourceGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourceGradients),
                TargetGradient = targetGradients,
                TargetGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetGradients),
            };
            switch (CpuSettings.VectorBits)
            {
                case 512:
                    SinkhornBatchSolve<TReal, PointProblems<TReal, SimdVector512<TReal>>>.Run(call, new(points));
                    break;
                case 256:
                    SinkhornBatchSolve<TReal, PointProblems<TReal, SimdVector256<TReal>>>.Run(call, new(points));
                    break;
                default:
                    SinkhornBatchSolve<TReal, PointProblems<TReal, SimdVector128<TReal>>>.Run(call, new(points));
                    break;
            }
        }
    }
}

/// <summary>Clouds of a batch: all sources' points one after another, and all targets'.</summary>
internal readonly unsafe struct PointProblems<TReal, TVector>(PointCall<TReal> all) : ISinkhornProblems<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public SinkhornResult Solve(ref SinkhornCall<TReal> call, in SinkhornPlace place)
    {
        call.LargestCost = double.PositiveInfinity;
        return PointSolve<TReal, TVector>.Run(ref call, Of(place));
    }

    public void Refuse(in SinkhornPlace place)
    {
        PointCall<TReal> points = Of(place);
        NoPlan.Fill(points.SourceGradient, points.SourceGradientStride, place.Rows, points.Dimensions);
        NoPlan.Fill(points.TargetGradient, points.TargetGradientStride, place.Columns, points.Dimensions);
    }

    private PointCall<TReal> Of(in SinkhornPlace place)
    {
        PointCall<TReal> points = all;
        points.X = At(all.X, all.XStride, place.Source);
        points.Y = At(all.Y, all.YStride, place.Target);
        points.SourceGradient = At(all.SourceGradient, all.SourceGradientStride, place.Source);
        points.TargetGradient = At(all.TargetGradient, all.TargetGradientStride, place.Target);
        return points;
    }

    private static TReal* At(TReal* matrix, nint stride, long row) => matrix == null ? null : (TReal*)((byte*)matrix + ((nint)row * stride));
}
