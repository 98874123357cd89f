using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// The proximal map of step·S, S(x) = ½·min{Σ d_g‖x_g‖²/u_g : 0 ≤ u ≤ 1, Σ w_g·u_g ≤ k} (half the squared k-support norm where every entry is a group): with n = ‖x_g‖ and a = n·√(d/w), u = clip(a/t − step·d, 0, 1),
/// Σ w·u = k, y_g = x_g·u/(u + step·d). Gradient, s = √(d·w), q = ‖y_g‖, û = y_g/q, β = ⟨û, v⟩: 0 where q = 0 &lt; t; on H = {q ≥ t√(w/d)}, v/(1 + step·d); on I = {0 &lt; q &lt; t√(w/d)}, n = q + step·s·t,
/// (q/n)(v − ûβ) + û(β − s·B), B = step·Σ_I s·β/D, D = k − Σ_H w + step·Σ_I w·d.
/// </summary>
internal static unsafe class GroupEnvelopeRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int NormsSlot = 0;
    private const int SizesSlot = 1;
    private const int WeightsSlot = 2;
    private const int OffsetsSlot = 3;
    private const int AlongSlot = 4;

    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        int groups = job.GroupCount;
        RowNorm* norms = ProjectionScratch.Take<RowNorm>(NormsSlot, groups);
        double* a = ProjectionScratch.Take<double>(SizesSlot, groups);
        double* w = ProjectionScratch.Take<double>(WeightsSlot, groups);
        double* b = ProjectionScratch.Take<double>(OffsetsSlot, groups);
        GroupRoot root = new(a, w, b, groups);
        for (long row = begin; row < end; row++)
        {
            double step = job.Parameter(row), k = job.Map.Second;
            T* x = job.InputRow(row);
            RowStatus status = step >= 0 && double.IsFinite(step) ? RowNorm.OfGroups<T, TReal, TVector>(job, x, norms) : RowStatus.InvalidParameter;
            if (status != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.Bad(job, row, status);
                continue;
            }

            int exponent = Describe(job, step, norms, a, w, b);
            bool all = root.Reach() <= k;
            if (job.Values != null)
                job.Values[row] = Real.From<TReal>(Value(job, norms, exponent, a, w, all ? double.PositiveInfinity : root.Solve(k, 0)));

            T* y = RowOutcome<T, TReal>.Destination(job, row);
            if (step == 0)
            {
                RowOutcome<T, TReal>.Copy(x, y, job.Columns);
                RowOutcome<T, TReal>.Good(job, row, y);
                continue;
            }

            double c = all ? double.PositiveInfinity : root.Solve(k, 1);
            if (y != null)
                Shrink(job, a, b, c, x, y);
            RowOutcome<T, TReal>.Good(job, row, y, Math.ScaleB(1 / c, exponent));
        }
    }

    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        int groups = job.GroupCount;
        RowNorm* norms = ProjectionScratch.Take<RowNorm>(NormsSlot, groups);
        double* along = ProjectionScratch.Take<double>(AlongSlot, groups);
        for (long row = begin; row < end; row++)
        {
            double step = job.Parameter(row), threshold = Real.ToDouble(job.SavedThresholds[row]);
            T* y = job.ResultRow(row);
            T* v = job.UpstreamRow(row);
            if (RowNorm.OfGroups<T, TReal, TVector>(job, y, norms) != RowStatus.Ok || double.IsNaN(threshold))
            {
                RowOutcome<T, TReal>.BadGradient(job, row);
                continue;
            }

            TwoSum full = default, scales = default, byStep = default, pull = default;
            for (int group = 0; group < groups; group++)
            {
                int start = job.GroupBegin(group), count = job.GroupEnd(group) - start;
                double q = norms[group].Magnitude, w = job.GroupWeight(group), d = job.GroupScale(group);
                if (q == 0 && threshold > 0)
                    continue;
                along[group] = q == 0 ? 0 : RowDot<T, TReal, TVector>.Product(y + start, v + start, count, norms[group].Scale) / norms[group].Value;
                if (q >= threshold * Math.Sqrt(w / d))
                {
                    full.Add(w);
                    byStep.Add(-(q * along[group]) * (d / (1 + (step * d))));
                }
                else
                {
                    scales.AddProduct(w, d);
                    pull.AddProduct(Math.Sqrt(d * w), along[group]);
                }
            }

            // Rounded results may put a group on the wrong side, and so the sum of the weights above k.
            double room = Math.Max(0, job.Map.Second - full.Rounded) + (step * scales.Rounded);
            double common = room > 0 ? pull.Rounded / room : 0;
            byStep.Add(-(threshold * pull.Rounded) * (room > 0 ? 1 - (step * scales.Rounded / room) : 0));
            T* gradient = job.GradientRow(row);
            if (gradient != null)
                Write(job, step, threshold, step * common, norms, along, y, v, gradient);
            RowOutcome<T, TReal>.GoodGradient(job, row, byStep.Rounded, step * threshold * common);
        }
    }

    // a = n·√(d/w), w, b = step·d; norms by a common power of two, whose exponent is returned.
    private static int Describe(in ProjectionJob<T, TReal> job, double step, RowNorm* norms, double* a, double* w, double* b)
    {
        int largest = int.MinValue;
        for (int group = 0; group < job.GroupCount; group++)
        {
            if (norms[group].Value > 0)
                largest = Math.Max(largest, norms[group].BinaryExponent);
        }

        // Norms of ordinary size stay as they are.
        int exponent = largest == int.MinValue || Math.Abs(largest) < 300 ? 0 : largest;
        for (int group = 0; group < job.GroupCount; group++)
        {
            w[group] = job.GroupWeight(group);
            double d = job.GroupScale(group);
            a[group] = Scaled(norms[group], exponent) * Math.Sqrt(d / w[group]);
            b[group] = step * d;
        }

        return exponent;
    }

    // ½·(Σ_{u=1} d·n² + t·Σ_{u<1} n·√(d·w)), u = min(c·a, 1).
    private static double Value(in ProjectionJob<T, TReal> job, RowNorm* norms, int exponent, double* a, double* w, double c)
    {
        TwoSum squares = default, sizes = default;
        for (int group = 0; group < job.GroupCount; group++)
        {
            if (a[group] == 0)
                continue;
            double d = job.GroupScale(group), n = Scaled(norms[group], exponent);
            if (c * a[group] >= 1)
                squares.AddProduct(d * n, n);
            else
                sizes.AddProduct(Math.Sqrt(d * w[group]), n);
        }

        return Math.ScaleB(0.5 * (squares.Rounded + (sizes.Rounded / c)), 2 * exponent);
    }

    private static double Scaled(in RowNorm norm, int exponent) =>
        norm.Exponent == exponent ? norm.Value : Math.ScaleB(norm.Value, norm.Exponent - exponent);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shrink(in ProjectionJob<T, TReal> job, double* a, double* b, double c, T* x, T* y)
    {
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group);

            // u/(u + step·d); c may be infinite.
            double size = a[group] > 0 ? c * a[group] : 0;
            double u = size - b[group];
            double factor = u >= 1 ? 1 / (1 + b[group]) : u > 0 ? u / size : 0;
            RowCombination<T, TReal, TVector>.Scale(factor, x + start, y + start, job.GroupEnd(group) - start, job.Streaming);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(in ProjectionJob<T, TReal> job, double step, double threshold, double common, RowNorm* norms, double* along, T* y, T* v, T* gradient)
    {
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group), count = job.GroupEnd(group) - start;
            double q = norms[group].Magnitude, w = job.GroupWeight(group), d = job.GroupScale(group);
            if (q == 0 && threshold > 0)
            {
                new Span<T>(gradient + start, count).Clear();
            }
            else if (q >= threshold * Math.Sqrt(w / d))
            {
                RowCombination<T, TReal, TVector>.Scale(1 / (1 + (step * d)), v + start, gradient + start, count, false);
            }
            else
            {
                double s = Math.Sqrt(d * w), cut = step * s * threshold, n = q + cut;
                double coefficient = ((along[group] * (cut / n)) - (s * common)) / norms[group].Value;
                RowCombination<T, TReal, TVector>.Combine(q / n, norms[group].Scale, coefficient, v + start, y + start, gradient + start, count);
            }
        }
    }
}
