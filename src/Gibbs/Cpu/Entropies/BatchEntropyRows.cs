using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>What a worker does with chunks of rows: the sums of their probabilities and entropies, and once dF/dp̄ is known, the gradient.</summary>
internal static unsafe class BatchEntropyRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Sums of chunks [begin, end) of the job at context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(void* context, long begin, long end)
    {
        ref readonly BatchEntropyJob<T, TReal> job = ref *(BatchEntropyJob<T, TReal>*)context;
        TReal* x = RowArrays.Take<TReal>(2, job.Columns, out int stride), e = x + stride;
        for (long chunk = begin; chunk < end; chunk++)
        {
            double* partial = job.Partials + (chunk * job.Padded);
            new Span<double>(partial, job.Padded).Clear();
            ChunkSums sums = default;
            job.Find(chunk, out _, out long first, out long last);
            for (long row = first; row < last; row++)
                Row(job, row, x, e, partial, ref sums);
            job.Sums[chunk] = sums;
        }
    }

    /// <summary>The gradient of the rows of chunks [begin, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(void* context, long begin, long end)
    {
        ref readonly BatchEntropyJob<T, TReal> job = ref *(BatchEntropyJob<T, TReal>*)context;
        TReal* x = RowArrays.Take<TReal>(2, job.Columns, out int stride), e = x + stride;
        for (long chunk = begin; chunk < end; chunk++)
        {
            job.Find(chunk, out long segment, out long first, out long last);
            for (long row = first; row < last; row++)
            {
                SoftmaxSums softmax = default;
                RowStatus status = Read(job, row, x, e, ref softmax, out double weight);
                T* gradient = job.GradientRow(row);
                bool finite = job.States[segment].Status == RowStatus.Ok;
                if (weight == 0 || status == RowStatus.AllMasked || !finite || status != RowStatus.Ok)
                    new Span<T>(gradient, job.Columns).Fill(Real.From<T>(weight == 0 || status == RowStatus.AllMasked ? 0 : double.NaN));
                else
                    Affine(job, segment, weight, softmax, x, e, gradient);
            }
        }
    }

    // The row's content, or InvalidParameter; and its weight, 0 where that is not valid either.
    private static RowStatus Read(in BatchEntropyJob<T, TReal> job, long row, TReal* x, TReal* e, ref SoftmaxSums softmax, out double weight)
    {
        weight = job.RowWeights == null ? 1 : Real.ToDouble(job.RowWeights[row]);
        softmax = SoftmaxRow<T, TReal, TVector>.Read(job.LogitsRow(row), job.Columns, job.Options.Temperature, x, e);
        return double.IsFinite(weight) && weight >= 0 ? softmax.Status : RowStatus.InvalidParameter;
    }

    private static void Row(in BatchEntropyJob<T, TReal> job, long row, TReal* x, TReal* e, double* partial, ref ChunkSums sums)
    {
        SoftmaxSums softmax = default;
        RowStatus status = Read(job, row, x, e, ref softmax, out double weight);
        if (job.Status != null)
            job.Status[row] = status;
        if (job.Entropies != null)
            job.Entropies[row] = Real.From<TReal>(softmax.Status == RowStatus.Ok ? softmax.Entropy : softmax.Status == RowStatus.AllMasked ? 0 : double.NaN);
        if (weight == 0 || status == RowStatus.AllMasked)
            return;
        sums.Rows++;
        sums.Status = ChunkSums.Worse(sums.Status, status);
        if (status != RowStatus.Ok)
            return;
        double marginal = Marginal(job.Options.ConfidencePower, weight, softmax);
        sums.MarginalWeight += marginal;
        sums.RowWeight += weight;
        sums.Conditional += weight * softmax.Entropy;
        if (job.ClassWeights != null)
            sums.ClassEntropy += weight * ClassEntropy(job.ClassWeights, x, e, job.Padded, softmax);
        TVector factor = TVector.Constant(marginal / softmax.Sum);
        for (int j = 0; j < job.Padded; j += TVector.Count)
            TVector.AddTo(partial + j, TVector.Load(e + j) * factor);
    }

    // r / (max p)^power.
    private static double Marginal(double power, double weight, in SoftmaxSums softmax) => power == 0 ? weight : weight * Math.Exp(power * softmax.LogSum);

    // Σ −ν p log p, log p = x − log Σ.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double ClassEntropy(TReal* weights, TReal* x, TReal* e, int padded, in SoftmaxSums softmax)
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        TVector logSum = TVector.Constant(softmax.LogSum), zero = default;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector term = TVector.Load(e + j);
            TVector value = term * (logSum - TVector.Load(x + j)) * TVector.Load(weights + j);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), TVector.Select(TVector.Equal(term, zero), zero, value));
        }

        return RowSums.Total(lanes) / softmax.Sum;
    }

    // dz_j = p_j (u_j − Σ p u), with u relative to its value at the argmax, so that a confident row keeps its digits. At the argmax x = 0 and so u = 0.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Affine(in BatchEntropyJob<T, TReal> job, long segment, double weight, in SoftmaxSums softmax, TReal* x, TReal* e, T* gradient)
    {
        SegmentState state = job.States[segment];
        TReal* slopes = job.Slopes + (segment * job.Padded);
        int top = SoftmaxRow<T, TReal, TVector>.Argmax(x, job.Columns);
        double scale = job.GradientScale / job.Options.Temperature, power = job.Options.ConfidencePower;
        double marginal = scale * Marginal(power, weight, softmax) * state.InverseMarginalWeight, row = scale * weight * state.InverseRowWeight;
        double classes = row * job.Options.ClassEntropyWeight;
        double topWeight = job.ClassWeights == null ? 0 : Real.ToDouble(job.ClassWeights[top]);
        TVector a = TVector.Create(Real.Coefficient<TReal>(marginal)), topSlope = TVector.Create(slopes[top]);
        TVector b = TVector.Create(Real.Coefficient<TReal>(-row * job.Options.ConditionalWeight));
        TVector c = TVector.Create(Real.Coefficient<TReal>(-classes)), topClass = TVector.Constant(topWeight), constant = TVector.Constant(1 - softmax.LogSum);
        TVector inverse = TVector.Constant(1 / softmax.Sum), zero = default;

        double* lanes = stackalloc double[2 * RowSums.Lanes];
        RowSums.Clear(lanes);
        RowSums.Clear(lanes + RowSums.Lanes);
        for (int j = 0; j < job.Padded; j += TVector.Count)
        {
            TVector p = TVector.Load(e + j) * inverse, offset = TVector.Load(x + j);
            TVector slope = TVector.Load(slopes + j) - topSlope;
            TVector u = TVector.FusedMultiplyAdd(a, slope, b * offset);
            if (job.ClassWeights != null)
            {
                TVector nu = TVector.Load(job.ClassWeights + j);
                u = TVector.FusedMultiplyAdd(c, TVector.FusedMultiplyAdd(nu - topClass, constant, nu * offset), u);
            }

            // Of masked entries the offset is −∞.
            TVector dead = TVector.Equal(p, zero);
            u = TVector.Select(dead, zero, u);
            TVector.Store(x + j, u);
            TVector.Store(e + j, p);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), p * u);
            if (power != 0)
                TVector.AddTo(lanes + RowSums.Lanes + (j & (RowSums.Lanes - 1)), TVector.Select(dead, zero, p * slope));
        }

        double mean = RowSums.Total(lanes);

        // The weight 1/(max p)^power moves too: the row's weight falls where p̄ would have it rise.
        double moves = power == 0 ? 0 : power * marginal * (RowSums.Total(lanes + RowSums.Lanes) + Real.ToDouble(slopes[top]));
        double atTop = (-Real.ToDouble(e[top]) * mean) + (moves * Real.ExpM1(-softmax.LogSum));
        TVector shift = TVector.Create(Real.Coefficient<TReal>(mean - moves));
        for (int j = 0; j < job.Padded; j += TVector.Count)
            TVector.Store(x + j, TVector.Load(e + j) * (TVector.Load(x + j) - shift));
        x[top] = Real.From<TReal>(atTop);
        if (typeof(T) == typeof(TReal))
            Unsafe.CopyBlockUnaligned(gradient, x, (uint)(job.Columns * sizeof(TReal)));
        else
            RowSource<T, TReal, TVector>.Narrow(x, gradient, job.Columns);
    }
}
