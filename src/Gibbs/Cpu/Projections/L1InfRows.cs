using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// The ℓ1,∞ ball, y_j = sign(x_j)·min(|x_j|, m_g) with levels m of <see cref="GroupMasses"/>, and the proximal map of t·max_g‖x_g‖₁, x minus that. Gradient of the ball: with S_g the entries at a level m_g &gt; 0,
/// s their signs, β_g = Σ_S s·v, β = Σ(β_g/|S_g|)/Σ(1/|S_g|): s_j(β_g − β)/|S_g| on S_g, v_j below a level, 0 where m_g = 0; by the radius β. Of the proximal map: v minus that, and −β.
/// </summary>
internal static unsafe class L1InfRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int MagnitudesSlot = 0;
    private const int MassesSlot = 1;
    private const int SumsSlot = 2;

    public static void Forward(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        double* magnitudes = ProjectionScratch.Take<double>(MagnitudesSlot, job.Columns);
        GroupMass* masses = ProjectionScratch.Take<GroupMass>(MassesSlot, job.GroupCount);
        GroupMasses levels = new(magnitudes, masses);
        bool isProx = job.Map.Kind == RowMapKind.LInf1Prox;
        for (long row = begin; row < end; row++)
        {
            double radius = job.Parameter(row);
            T* x = job.InputRow(row);
            RowStatus status = radius >= 0 && double.IsFinite(radius) ? RowBuffer.Widen(x, magnitudes, job.Columns) : RowStatus.InvalidParameter;
            if (status != RowStatus.Ok)
            {
                RowOutcome<T, TReal>.Bad(job, row, status);
                continue;
            }

            for (int j = 0; j < job.Columns; j++)
                magnitudes[j] = Math.Abs(magnitudes[j]);
            T* y = RowOutcome<T, TReal>.Destination(job, row);
            double norm = levels.Begin(job);
            if (Rounded(norm) <= Rounded(radius))
            {
                if (!isProx || radius == 0)
                    RowOutcome<T, TReal>.Copy(x, y, job.Columns);
                else if (y != null)
                    new Span<T>(y, job.Columns).Clear();
                RowOutcome<T, TReal>.Good(job, row, y, 0);
                continue;
            }

            double theta = radius == 0 ? levels.Zero(job.GroupCount) : levels.Solve(job, radius);
            if (y != null)
                Write(job, masses, x, y, isProx);
            RowOutcome<T, TReal>.Good(job, row, y, theta);
        }
    }

    public static void Gradient(void* context, long begin, long end)
    {
        ref ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        bool isProx = job.Map.Kind == RowMapKind.LInf1Prox;
        LevelSum* sums = ProjectionScratch.Take<LevelSum>(SumsSlot, job.GroupCount);
        for (long row = begin; row < end; row++)
        {
            double theta = Real.ToDouble(job.SavedThresholds[row]);
            T* gradient = job.GradientRow(row);
            if (double.IsNaN(theta))
            {
                RowOutcome<T, TReal>.BadGradient(job, row);
                continue;
            }

            // Inside the ball, or of radius 0, one of the two is the identity and the other is 0.
            bool zeroRadius = job.Parameter(row) == 0;
            if (theta == 0 || zeroRadius)
            {
                if (isProx == zeroRadius)
                    RowOutcome<T, TReal>.Copy(job.UpstreamRow(row), gradient, job.Columns);
                else if (gradient != null)
                    new Span<T>(gradient, job.Columns).Clear();
                RowOutcome<T, TReal>.GoodGradient(job, row, 0);
                continue;
            }

            double common = Sums(job, row, sums, isProx);
            if (gradient != null)
                WriteGradient(job, row, sums, common, isProx, gradient);
            RowOutcome<T, TReal>.GoodGradient(job, row, isProx ? -common : common);
        }
    }

    private static double Rounded(double value) => Real.ToDouble(Real.From<TReal>(value));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(in ProjectionJob<T, TReal> job, GroupMass* masses, T* x, T* y, bool isProx)
    {
        T zero = Real.From<T>(0);
        for (int group = 0; group < job.GroupCount; group++)
        {
            double level = masses[group].Level, rest = masses[group].LevelRest;
            bool none = masses[group].Support == 0;
            T above = Real.From<T>(level + rest), below = Real.From<T>(-(level + rest));
            for (int j = job.GroupBegin(group); j < job.GroupEnd(group); j++)
            {
                double value = Real.ToDouble(x[j]), magnitude = Math.Abs(value);
                if (none)
                    y[j] = isProx ? x[j] : zero;
                else if (magnitude <= level)
                    y[j] = isProx ? zero : x[j];
                else if (isProx)
                    y[j] = Real.From<T>(Math.CopySign((magnitude - level) - rest, value));
                else
                    y[j] = value > 0 ? above : below;
            }
        }
    }

    // β, and per group its level, |S_g| and β_g.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sums(in ProjectionJob<T, TReal> job, long row, LevelSum* sums, bool isProx)
    {
        T* y = job.ResultRow(row);
        T* v = job.UpstreamRow(row);
        T* x = isProx ? job.InputRow(row) : null;
        TwoSum numerator = default, denominator = default;
        for (int group = 0; group < job.GroupCount; group++)
        {
            int start = job.GroupBegin(group), end = job.GroupEnd(group);
            double level = 0;
            for (int j = start; j < end; j++)
            {
                // Of the proximal map only whether the group has a level: a group without one comes back as it was.
                double value = Real.ToDouble(y[j]);
                level = isProx ? (value != Real.ToDouble(x[j]) ? 1 : level) : Math.Max(level, Math.Abs(value));
            }

            LevelSum sum = default;
            sum.Level = level;
            if (level > 0)
            {
                TwoSum along = default;
                for (int j = start; j < end; j++)
                {
                    double value = Real.ToDouble(y[j]);
                    if (isProx ? value == 0 : Math.Abs(value) < level)
                        continue;
                    sum.Support++;
                    along.Add(value > 0 ? Real.ToDouble(v[j]) : -Real.ToDouble(v[j]));
                }

                sum.Along = along.Rounded;
            }

            if (sum.Support > 0)
            {
                numerator.Add(sum.Along / sum.Support);
                denominator.Add(1.0 / sum.Support);
            }

            sums[group] = sum;
        }

        return denominator.Value > 0 ? numerator.Rounded / denominator.Rounded : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteGradient(in ProjectionJob<T, TReal> job, long row, LevelSum* sums, double common, bool isProx, T* gradient)
    {
        T* y = job.ResultRow(row);
        T* v = job.UpstreamRow(row);
        T zero = Real.From<T>(0);
        for (int group = 0; group < job.GroupCount; group++)
        {
            LevelSum sum = sums[group];
            double share = (sum.Along - common) / sum.Support;
            for (int j = job.GroupBegin(group); j < job.GroupEnd(group); j++)
            {
                double value = Real.ToDouble(y[j]);
                if (sum.Level == 0)
                    gradient[j] = isProx ? v[j] : zero;
                else if (isProx ? value == 0 : Math.Abs(value) < sum.Level)
                    gradient[j] = isProx ? zero : v[j];
                else if (isProx)
                    gradient[j] = Real.From<T>(Real.ToDouble(v[j]) - (value > 0 ? share : -share));
                else
                    gradient[j] = Real.From<T>(value > 0 ? share : -share);
            }
        }
    }

    private struct LevelSum
    {
        public double Level;
        public double Along;
        public int Support;
    }
}
