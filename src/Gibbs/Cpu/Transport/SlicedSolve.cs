using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Slices in groups: every slice of a group projects both clouds, sorts them and leaves its gradients by the projections; then coordinates add up theirs, slice by slice in order. Clouds lie by coordinates, so that a
/// vector holds one coordinate of several points.
/// </summary>
internal static unsafe class SlicedSolve<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    // Slices whose projections are kept at a time, and points whose gradients are added up by one worker.
    private const int Group = 32;
    private const int PointBlock = 1024;

    public static double Run(in SlicedCall<TReal> call)
    {
        int dimensions = call.Dimensions;
        long sourceStride = CostLanes.Padded<TReal>(call.Source.Count), targetStride = CostLanes.Padded<TReal>(call.Target.Count), points = sourceStride + targetStride;
        bool gradients = call.Source.Gradient != null || call.Target.Gradient != null;
        long reals = (dimensions * points * (gradients ? 2 : 1)) + (Group * ((3 * points) + CostLanes.Padded<TReal>(dimensions)));
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)((reals * sizeof(TReal)) + (Group * points * sizeof(int)) + (Group * sizeof(double))), 64);
        try
        {
            Job job = new() { Call = call };
            job.Source = new() { Cloud = call.Source, Stride = sourceStride, Points = (TReal*)memory };
            job.Target = new() { Cloud = call.Target, Stride = targetStride, Points = job.Source.Points + (dimensions * sourceStride) };
            TReal* next = job.Target.Points + (dimensions * targetStride);
            if (gradients)
            {
                job.Source.Sums = next;
                job.Target.Sums = next + (dimensions * sourceStride);
                next += dimensions * points;
                new Span<TReal>(job.Source.Sums, checked((int)(dimensions * points))).Clear();
            }

            Take(ref job.Source, ref next);
            Take(ref job.Target, ref next);
            job.Directions = next;
            next += Group * CostLanes.Padded<TReal>(dimensions);
            job.Values = (double*)next;
            job.Source.Order = (int*)(job.Values + Group);
            job.Target.Order = job.Source.Order + (Group * sourceStride);
            Transpose(job.Source, dimensions);
            Transpose(job.Target, dimensions);
            return Sum(ref job);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static double Sum(ref Job job)
    {
        double sum = 0;
        long work = job.Call.Source.Count + (long)job.Call.Target.Count;
        fixed (Job* context = &job)
        {
            for (int first = 0; first < job.Call.Slices; first += Group)
            {
                job.First = first;
                int count = Math.Min(Group, job.Call.Slices - first);
                job.Count = count;
                WorkerTeam.Run(&Slices, context, count, 1, RowSplit.Parallel(count, work * 32));
                for (int l = 0; l < count; l++)
                {
                    sum += job.Values[l];
                    if (job.Call.Values != null)
                        job.Call.Values[first + l] = Real.From<TReal>(job.Values[l]);
                }

                Add(context, job.Source);
                Add(context, job.Target);
            }
        }

        Store(job.Source, job.Call);
        Store(job.Target, job.Call);
        return sum / job.Call.Slices;
    }

    private static void Take(ref Side side, ref TReal* next)
    {
        side.Projections = next;
        side.Sorted = next + (Group * side.Stride);
        side.Slopes = side.Sorted + (Group * side.Stride);
        next = side.Slopes + (Group * side.Stride);
    }

    private static void Transpose(in Side side, int dimensions)
    {
        for (long i = 0; i < side.Stride; i++)
        {
            TReal* point = side.Cloud.Point(Math.Min(i, side.Cloud.Count - 1));
            for (int k = 0; k < dimensions; k++)
                side.Points[(k * side.Stride) + i] = point[k];
        }
    }

    // Slices [begin, end) of the group.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slices(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        for (long l = begin; l < end; l++)
        {
            TReal* direction = job.Directions + (l * CostLanes.Padded<TReal>(job.Call.Dimensions));
            Span<TReal> coordinates = new(direction, job.Call.Dimensions);
            if (job.Call.Directions == null)
                SliceDirections.Draw(coordinates, job.First + l, job.Call.Seed);
            else
                new ReadOnlySpan<TReal>((byte*)job.Call.Directions + ((nint)(job.First + l) * job.Call.DirectionsStride), coordinates.Length).CopyTo(coordinates);
            LinePoints<TReal> x = Project(job.Source, direction, coordinates.Length, l), y = Project(job.Target, direction, coordinates.Length, l);
            job.Values[l] = MonotonePlan<TReal>.Run(ref x, ref y, job.Call.Power, default, out _);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static LinePoints<TReal> Project(in Side side, TReal* direction, int dimensions, long slice)
    {
        TReal* projections = side.Projections + (slice * side.Stride);
        for (long i = 0; i < side.Stride; i += TVector.Count)
        {
            TVector sum = default;
            for (int k = 0; k < dimensions; k++)
                sum = TVector.FusedMultiplyAdd(TVector.Create(direction[k]), TVector.Load(side.Points + (k * side.Stride) + i), sum);
            TVector.Store(projections + i, sum);
        }

        return new LinePoints<TReal>
        {
            Values = projections,
            Weights = side.Cloud.Weights,
            Count = side.Cloud.Count,
            Gradient = side.Cloud.Gradient == null ? null : side.Slopes + (slice * side.Stride),
            Sorted = side.Sorted + (slice * side.Stride),
            Order = side.Order + (slice * side.Stride),
        };
    }

    private static void Add(Job* job, in Side side)
    {
        if (side.Cloud.Gradient == null)
            return;
        job->Adding = side;
        long blocks = (side.Stride + PointBlock - 1) / PointBlock;
        WorkerTeam.Run(&Add, job, job->Call.Dimensions * blocks, 1, RowSplit.Parallel(side.Cloud.Count, (long)job->Call.Dimensions * job->Count));
    }

    // Blocks [begin, end) of points, those of a coordinate behind those of the one before: sums += θ_lk·∂/∂⟨θ_l, x_i⟩ over the group's slices.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        Side side = job.Adding;
        long blocks = (side.Stride + PointBlock - 1) / PointBlock, padded = CostLanes.Padded<TReal>(job.Call.Dimensions);
        for (long item = begin; item < end; item++)
        {
            long k = item / blocks, first = item % blocks * PointBlock, last = Math.Min(first + PointBlock, side.Stride);
            TReal* sums = side.Sums + (k * side.Stride);
            for (int l = 0; l < job.Count; l++)
            {
                TVector coordinate = TVector.Create(job.Directions[(l * padded) + k]);
                TReal* slopes = side.Slopes + (l * side.Stride);
                for (long i = first; i < last; i += TVector.Count)
                    TVector.Store(sums + i, TVector.FusedMultiplyAdd(coordinate, TVector.Load(slopes + i), TVector.Load(sums + i)));
            }
        }
    }

    private static void Store(in Side side, in SlicedCall<TReal> call)
    {
        for (long i = 0; side.Cloud.Gradient != null && i < side.Cloud.Count; i++)
        {
            TReal* row = side.Cloud.GradientRow(i);
            for (int k = 0; k < call.Dimensions; k++)
                row[k] = Real.From<TReal>(Real.ToDouble(side.Sums[(k * side.Stride) + i]) / call.Slices);
        }
    }

    /// <summary>A cloud by coordinates, its rows a stride apart, and what the slices of a group have of it.</summary>
    private struct Side
    {
        public DivergenceCloud<TReal> Cloud;
        public long Stride;
        public TReal* Points;
        public TReal* Sums;
        public TReal* Projections;
        public TReal* Sorted;
        public TReal* Slopes;
        public int* Order;
    }

    private struct Job
    {
        public SlicedCall<TReal> Call;
        public Side Source;
        public Side Target;
        public Side Adding;
        public TReal* Directions;
        public double* Values;
        public int First;
        public int Count;
    }
}
