using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu.Transport;

/// <summary>One-dimensional transport on spans: checks, pins, shares rows out to the worker team.</summary>
internal static unsafe class CpuWasserstein1D
{
    public static void Compute<TReal>(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in Wasserstein1DOutputs<TReal> outputs, in Wasserstein1DOptions options, in Wasserstein1DInputs<TReal> inputs)
        where TReal : unmanaged
    {
        MatrixShape xShape = new(x.Height, x.Width), yShape = new(y.Height, y.Width);
        WassersteinValidation.CheckPower(options.Power);
        WassersteinValidation.CheckRows(xShape, yShape, inputs.SourceWeights.Length, inputs.TargetWeights.Length);
        WassersteinValidation.CheckOutputs(
            xShape, yShape, outputs.Values.Length, new(outputs.SourceGradient.Height, outputs.SourceGradient.Width), new(outputs.TargetGradient.Height, outputs.TargetGradient.Width),
            new(outputs.PlanSources.Height, outputs.PlanSources.Width), new(outputs.PlanTargets.Height, outputs.PlanTargets.Width), new(outputs.PlanMasses.Height, outputs.PlanMasses.Width),
            outputs.PlanLengths.Length, outputs.Status.Length);
        fixed (TReal* source = x, target = y, sourceGradient = outputs.SourceGradient, targetGradient = outputs.TargetGradient, masses = outputs.PlanMasses)
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, values = outputs.Values)
        fixed (int* planSources = outputs.PlanSources, planTargets = outputs.PlanTargets)
        fixed (int* lengths = outputs.PlanLengths)
        fixed (TransportStatus* status = outputs.Status)
        {
            Job<TReal> job = new()
            {
                Power = options.Power,
                Source = new() { Values = (byte*)source, Stride = RowSplit.StrideBytes(x), Count = x.Width, Weights = a, Gradient = (byte*)sourceGradient },
                Target = new() { Values = (byte*)target, Stride = RowSplit.StrideBytes(y), Count = y.Width, Weights = b, Gradient = (byte*)targetGradient },
                Values = values,
                PlanSources = (byte*)planSources,
                PlanSourcesStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)outputs.PlanSources),
                PlanTargets = (byte*)planTargets,
                PlanTargetsStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)outputs.PlanTargets),
                Masses = (byte*)masses,
                MassesStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.PlanMasses),
                Lengths = lengths,
                Status = status,
            };
            job.Source.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourceGradient);
            job.Target.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetGradient);
            job.Source.WeightsStride = inputs.SourceWeights.Length == x.Width ? 0 : x.Width;
            job.Target.WeightsStride = inputs.TargetWeights.Length == y.Width ? 0 : y.Width;
            long points = (long)x.Width + y.Width;
            WorkerTeam.Run(&Run<TReal>, &job, x.Height, RowSplit.Chunk<TReal>(x.Height, points * SortWork, 1), RowSplit.Parallel(x.Height, points * SortWork));
        }
    }

    // Elements' worth of work per point.
    private const int SortWork = 32;

    private static void Run<TReal>(void* context, long begin, long end)
        where TReal : unmanaged
    {
        ref readonly Job<TReal> job = ref *(Job<TReal>*)context;
        long points = (long)job.Source.Count + job.Target.Count;
        byte* memory = (byte*)NativeMemory.Alloc((nuint)points, (nuint)(sizeof(TReal) + sizeof(int)));
        try
        {
            TReal* sorted = (TReal*)memory;
            int* order = (int*)(sorted + points);
            for (long row = begin; row < end; row++)
            {
                LinePoints<TReal> x = job.Source.Row<TReal>(row), y = job.Target.Row<TReal>(row);
                x.Sorted = sorted;
                x.Order = order;
                y.Sorted = sorted + x.Count;
                y.Order = order + x.Count;
                LineSegments<TReal> segments = new()
                {
                    Sources = job.PlanSources == null ? null : (int*)(job.PlanSources + ((nint)row * job.PlanSourcesStride)),
                    Targets = job.PlanTargets == null ? null : (int*)(job.PlanTargets + ((nint)row * job.PlanTargetsStride)),
                    Masses = job.Masses == null ? null : (TReal*)(job.Masses + ((nint)row * job.MassesStride)),
                    Length = job.Lengths == null ? null : job.Lengths + row,
                    Capacity = (int)(points - 1),
                };
                double value = MonotonePlan<TReal>.Run(ref x, ref y, job.Power, segments, out TransportStatus status);
                if (job.Values != null)
                    job.Values[row] = Simd.Real.From<TReal>(value);
                if (job.Status != null)
                    job.Status[row] = status;
            }
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    // Rows of one side; strides are in bytes, that of the weights in elements.
    private struct Side
    {
        public byte* Values;
        public nint Stride;
        public int Count;
        public void* Weights;
        public nint WeightsStride;
        public byte* Gradient;
        public nint GradientStride;

        public readonly LinePoints<TReal> Row<TReal>(long row)
            where TReal : unmanaged => new()
            {
                Values = (TReal*)(Values + ((nint)row * Stride)),
                Count = Count,
                Weights = Weights == null ? null : (TReal*)Weights + ((nint)row * WeightsStride),
                Gradient = Gradient == null ? null : (TReal*)(Gradient + ((nint)row * GradientStride)),
            };
    }

    private struct Job<TReal>
        where TReal : unmanaged
    {
        public double Power;
        public Side Source;
        public Side Target;
        public TReal* Values;
        public byte* PlanSources;
        public nint PlanSourcesStride;
        public byte* PlanTargets;
        public nint PlanTargetsStride;
        public byte* Masses;
        public nint MassesStride;
        public int* Lengths;
        public TransportStatus* Status;
    }
}
