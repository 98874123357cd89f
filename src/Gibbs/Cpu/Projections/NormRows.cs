using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// The ℓ2 ball, y = x·min(1, r/‖x‖), and the sphere, y = x·r/‖x‖. With u = y/r: dx = factor·(v − u⟨u, v⟩), dr = ⟨u, v⟩; inside the ball dx = v, dr = 0. A zero row on the sphere has factor 0, so that no gradient
/// passes where there is no direction.
/// </summary>
internal static unsafe class NormRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        bool sphere = job.Map.Kind == RowMapKind.Sphere;
        for (long row = begin; row < end; row++)
        {
            double radius = job.Parameter(row);
            if (!(radius >= 0 && double.IsFinite(radius)) || (sphere && radius == 0))
            {
                RowOutcome<T, TReal>.Bad(job, row, RowStatus.InvalidParameter);
                continue;
            }

            T* x = job.InputRow(row);
            RowNorm norm = RowNorm.Of<T, TReal, TVector>(x, job.Columns);
            if (norm.Status != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.Bad(job, row, norm.Status);
                continue;
            }

            T* y = RowOutcome<T, TReal>.Destination(job, row);
            bool zero = norm.Value == 0;
            if (sphere ? zero : Rounded(norm.Magnitude) <= Rounded(radius))
            {
                RowOutcome<T, TReal>.Copy(x, y, job.Columns);
                RowOutcome<T, TReal>.Good(job, row, y, sphere ? 0 : 1, sphere ? RowStatus.ZeroNorm : RowStatus.Ok);
                continue;
            }

            double factor = Math.ScaleB(radius / norm.Value, -norm.Exponent);

            // 1 means inside.
            if (!sphere && Rounded(factor) >= 1)
                factor = typeof(TReal) == typeof(float) ? MathF.BitDecrement(1) : Math.BitDecrement(1.0);
            if (y != null && factor == 0)
                new Span<T>(y, job.Columns).Clear();
            else if (y != null)
                RowCombination<T, TReal, TVector>.Write(Formula(norm, radius, factor), x, null, y, job.Columns, job.Streaming);
            RowOutcome<T, TReal>.Good(job, row, y, factor);
        }
    }

    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        int largest = typeof(TReal) == typeof(float) ? 126 : 1022;
        for (long row = begin; row < end; row++)
        {
            T* v = job.UpstreamRow(row);
            T* y = job.ResultRow(row);
            T* gradient = job.GradientRow(row);
            double factor = Math.Min(Real.ToDouble(job.SavedThresholds[row]), Real.Largest<TReal>());
            double radius = job.Parameter(row);
            if (job.Map.Kind == RowMapKind.L2Ball && factor == 1)
            {
                RowOutcome<T, TReal>.Copy(v, gradient, job.Columns);
                RowOutcome<T, TReal>.GoodGradient(job, row, 0);
                continue;
            }

            if (factor == 0)
            {
                if (gradient != null)
                    new Span<T>(gradient, job.Columns).Clear();
                RowOutcome<T, TReal>.GoodGradient(job, row, 0);
                continue;
            }

            // y of ordinary size, so that its product with itself stays in range.
            int exponent = radius > 0 ? Math.Clamp(Math.ILogB(radius), -largest, largest) : 0;
            double scale = Math.ScaleB(1, -exponent);
            double scaled = radius * scale;
            double along = RowDot<T, TReal, TVector>.Product(y, v, job.Columns, scale) / scaled;
            if (gradient != null)
                RowCombination<T, TReal, TVector>.Write(new CombinedRow<TVector, TReal>(factor, scale, -factor * along / scaled), v, y, gradient, job.Columns, false);
            RowOutcome<T, TReal>.GoodGradient(job, row, along);
        }
    }

    private static double Rounded(double value) => Real.ToDouble(Real.From<TReal>(value));

    // The factor itself where it and its products with entries are normal numbers; where they may not be, a power of two first.
    private static ScaledRow<TVector, TReal> Formula(in RowNorm norm, double radius, double factor)
    {
        int largest = typeof(TReal) == typeof(float) ? 126 : 1022;
        if (norm.Exponent == 0 && Math.Abs(Math.ILogB(factor)) < largest)
            return new(1, factor);
        int exponent = norm.Exponent != 0 ? norm.Exponent : Math.Clamp(Math.ILogB(norm.Value), -largest, largest);
        return new(Math.ScaleB(1, -exponent), Math.ScaleB(radius / norm.Value, exponent - norm.Exponent));
    }
}
