using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>
/// F(p̄) of a segment and dF/dp̄, in double. The largest probability of the row, of a group and of the groups is taken from the sum of the others where it is above 1/2: 1 − rest and log1p(−rest), so that an entropy
/// near 0 keeps its digits.
/// </summary>
internal static unsafe class BatchFunctional<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Merges the chunks of segments [begin, end) of the job at context in order, and evaluates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly BatchEntropyJob<T, TReal> job = ref *(BatchEntropyJob<T, TReal>*)context;
        for (long segment = begin; segment < end; segment++)
        {
            long first = job.FirstChunk(segment), last = segment + 1 < job.Segments ? job.FirstChunk(segment + 1) : job.ChunkCount;
            double* p = job.Partials + (first * job.Padded);
            ChunkSums sums = job.Sums[first];
            for (long chunk = first + 1; chunk < last; chunk++)
            {
                sums.Add(job.Sums[chunk]);
                double* partial = job.Partials + (chunk * job.Padded);
                for (int j = 0; j < job.Columns; j++)
                    p[j] += partial[j];
            }

            Evaluate(job, segment, sums, p);
        }
    }

    private static void Evaluate(in BatchEntropyJob<T, TReal> job, long segment, in ChunkSums sums, double* p)
    {
        ref SegmentState state = ref job.States[segment];
        state = default;
        state.Status = sums.Rows == 0 ? RowStatus.AllMasked : sums.Status;
        int columns = job.Columns;
        double* slopes = job.PartialSlopes + (segment * job.Padded);
        new Span<double>(slopes, columns).Clear();
        if (state.Status == RowStatus.Ok)
        {
            state.InverseMarginalWeight = 1 / sums.MarginalWeight;
            state.InverseRowWeight = 1 / sums.RowWeight;
            for (int j = 0; j < columns; j++)
                p[j] /= sums.MarginalWeight;
            state.Value = (job.Options.ConditionalWeight * (sums.Conditional / sums.RowWeight)) + (job.Options.ClassEntropyWeight * (sums.ClassEntropy / sums.RowWeight));
            Row(job, segment, p, slopes, ref state);
            Groups(job, p, slopes, ref state);
        }

        bool counts = state.Status is RowStatus.Ok or RowStatus.DisjointSupport;
        if (!counts)
            state.Value = state.Status == RowStatus.AllMasked ? 0 : double.NaN;
        if (job.Marginals != null)
        {
            TReal* marginals = job.MarginalRow(segment);
            for (int j = 0; j < columns; j++)
                marginals[j] = Real.From<TReal>(counts ? p[j] : state.Status == RowStatus.AllMasked ? 0 : double.NaN);
        }

        if (job.Values != null)
            job.Values[segment] = Real.From<TReal>(state.Value);
        if (job.SegmentStatus != null)
            job.SegmentStatus[segment] = state.Status;
        if (job.Gradient == null)
            return;

        // Relative to their mean: what is equal for all classes has no gradient, and would cost the differences their digits.
        double mean = 0;
        for (int j = 0; j < columns; j++)
            mean += p[j] > 0 ? p[j] * slopes[j] : 0;
        TReal* stored = job.Slopes + (segment * job.Padded);
        new Span<TReal>(stored, job.Padded).Clear();
        for (int j = 0; j < columns; j++)
            stored[j] = p[j] > 0 ? Real.From<TReal>(slopes[j] - mean) : default;
    }

    // H(p̄) and KL(p̄ ‖ τ).
    private static void Row(in BatchEntropyJob<T, TReal> job, long segment, double* p, double* slopes, ref SegmentState state)
    {
        int top = 0, columns = job.Columns;
        for (int j = 1; j < columns; j++)
            top = p[j] > p[top] ? j : top;
        double rest = 0;
        for (int j = 0; j < columns; j++)
            rest += j == top ? 0 : p[j];

        double entropy = 0, divergence = 0, marginal = job.Options.MarginalWeight, weight = job.Options.PriorWeight;
        TReal* prior = job.PriorRow(segment);
        for (int j = 0; j < columns; j++)
        {
            double q = prior == null ? 1.0 / columns : Real.ToDouble(prior[j]);
            if (weight != 0 && !(q >= 0 && q <= 1))
                state.Status = double.IsNaN(q) ? RowStatus.NotANumber : state.Status == RowStatus.NotANumber ? RowStatus.NotANumber : RowStatus.InvalidProbability;
            if (p[j] == 0)
                continue;
            bool large = j == top && p[j] > 0.5;
            double mass = large ? 1 - rest : p[j], log = large ? Real.Log1P(-rest) : Math.Log(p[j]);
            entropy -= mass * log;
            slopes[j] -= marginal * (log + 1);
            if (weight == 0)
                continue;
            double ratio = log - Math.Log(q);
            divergence += mass * ratio;
            slopes[j] += weight * (ratio + 1);
            if (q == 0 && state.Status == RowStatus.Ok)
                state.Status = RowStatus.DisjointSupport;
        }

        state.Value += marginal * entropy;
        if (weight != 0)
            state.Value += weight * divergence;
    }

    // log G − H(P) and Σ log K_g − H(p̄_g/P_g).
    private static void Groups(in BatchEntropyJob<T, TReal> job, double* p, double* slopes, ref SegmentState state)
    {
        double between = job.Options.BetweenGroupsWeight, within = job.Options.WithinGroupsWeight;
        if (between == 0 && within == 0)
            return;
        int columns = job.Columns;
        double value = between * Math.Log(job.Options.Groups);
        for (int g = 0; g < job.Options.Groups; g++)
        {
            int top = -1, classes = 0;
            double outside = 0, rest = 0;
            for (int j = 0; j < columns; j++)
            {
                bool inside = job.ClassGroups[j] == g;
                classes += inside ? 1 : 0;
                if (inside && (top < 0 || p[j] > p[top]))
                    top = j;
                outside += inside ? 0 : p[j];
            }

            for (int j = 0; j < columns; j++)
                rest += job.ClassGroups[j] == g && j != top ? p[j] : 0;
            double mass = top < 0 ? 0 : p[top] + rest;
            if (mass == 0)
                continue;
            double share = mass > 0.5 ? 1 - outside : mass, logMass = mass > 0.5 ? Real.Log1P(-outside) : Math.Log(mass);
            value += between * share * logMass;
            double ratio = rest / mass, entropy = 0;
            for (int j = 0; j < columns; j++)
            {
                if (job.ClassGroups[j] == g && p[j] > 0)
                    entropy -= Conditional(p[j] / mass, j == top, ratio, out double log) * log;
            }

            value += within * (Math.Log(classes) - entropy);
            for (int j = 0; j < columns; j++)
            {
                if (job.ClassGroups[j] != g || p[j] == 0)
                    continue;
                _ = Conditional(p[j] / mass, j == top, ratio, out double log);
                slopes[j] += (between * (logMass + 1)) + (within * (log + entropy) / mass);
            }
        }

        state.Value += value;
    }

    private static double Conditional(double q, bool isTop, double rest, out double log)
    {
        bool large = isTop && q > 0.5;
        log = large ? Real.Log1P(-rest) : Math.Log(q);
        return large ? 1 - rest : q;
    }
}
