using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Conditional Cauchy-Schwarz divergence log A₁ + log A₂ − 2·log A₃, A_m = Σ_i r_i·c_mi: c₁, c₂, c₃ the row sums of K∘L₁ (targets), K∘L₂ (predictions), K∘L₂₁ (predictions i, targets j). r_i = 1/s_i², s = K1, or as
/// released 1/Σ_j K_ij². With G_i = r_i·(c_1i/A₁ + c_2i/A₂ − 2·c_3i/A₃):
/// <code>
/// by K_ij (i, j ordered)   r_i·(L₁/A₁ + L₂/A₂ − 2·L₂₁/A₃) − 2·G_i/s_i        (released: − 2·G_i·r_i·K_ij)
/// by L₁, L₂, L₂₁           r_i·K/A₁,  r_i·K/A₂,  −2·r_i·K/A₃
/// </code>
/// and both orders of a pair add up. A₃ is carried as e^shift·S, so that predictions far from their targets have a divergence and a gradient.
/// </summary>
internal static unsafe class ConditionalDivergence<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int Size = ConditionalSums<TReal, TVector>.Size;

    public static double Run(in SampleCall<T, TReal> call, ref PairScratch scratch)
    {
        long count = call.Points.Count;
        bool squared = call.Options.SquaredKernelSums;
        double conditionScale = SampleCall<T, TReal>.HalfInverseSquare(call.Options.ResolvedConditionsBandwidth), factor = call.Options.ValueFactor;
        PairChannels<TReal> channels = default;
        channels[0] = new(call.Conditions, call.Conditions);
        channels[1] = new(call.Others, call.Others);
        channels[2] = new(call.Points, call.Points);
        channels[3] = new(call.Points, call.Others);
        channels[4] = new(call.Others, call.Points);
        double* totals = scratch.Take<double>(count * Size), cross = scratch.Take<double>(2 * count);
        PairRows.Sum<TReal, TVector, ConditionalSums<TReal, TVector>>(channels, new() { ConditionScale = conditionScale, Scale = call.Scale, Squared = squared }, totals);

        double targets = 0, predictions = 0;
        for (long i = 0; i < count; i++)
        {
            double* row = totals + (i * Size);
            double r = 1 / (squared ? row[0] : row[0] * row[0]);
            targets += r * row[1];
            predictions += r * row[2];
            cross[2 * i] = row[3];
            cross[(2 * i) + 1] = r * row[4];
        }

        LogTotal total = LogTotal.Of(cross, count, 2);
        if (call.Gradient.Rows > 0 || call.OthersGradient.Rows > 0 || call.ConditionsGradient.Rows > 0)
        {
            RowTerms rows = new(ref scratch, count, total.Maximum);
            for (long i = 0; i < count; i++)
            {
                double* row = totals + (i * Size);
                double r = 1 / (squared ? row[0] : row[0] * row[0]);
                double slope = (r * row[1] / targets) + (r * row[2] / predictions) - (2 * r * row[4] * Math.Exp(row[3] - total.Maximum) / total.Sum);
                rows.OfTargets[i] = Real.From<TReal>(r / targets);
                rows.OfPredictions[i] = Real.From<TReal>(r / predictions);
                rows.OfNorm[i] = Real.From<TReal>(-2 * slope * (squared ? r : 1 / row[0]));
                rows.OfCross[i] = Real.From<TReal>(r / total.Sum);
            }

            Conditions(call, ref scratch, channels, rows, conditionScale);
            channels[1] = new(call.Points, call.Points);
            channels[2] = new(call.Points, call.Others);
            Side(call, ref scratch, channels, rows, conditionScale, rows.OfPredictions, true, call.Gradient);
            channels[1] = new(call.Others, call.Others);
            channels[2] = new(call.Others, call.Points);
            Side(call, ref scratch, channels, rows, conditionScale, rows.OfTargets, false, call.OthersGradient);
        }

        return factor * (Math.Log(targets) + Math.Log(predictions) - (2 * total.Log));
    }

    private static void Conditions(in SampleCall<T, TReal> call, ref PairScratch scratch, in PairChannels<TReal> channels, in RowTerms rows, double conditionScale)
    {
        if (call.ConditionsGradient.Rows == 0)
            return;
        ConditionWeights<TReal, TVector> weights = new()
        {
            ConditionScale = conditionScale,
            Scale = call.Scale,
            Sign = -2,
            Squared = call.Options.SquaredKernelSums,
            OfTargets = rows.OfTargets,
            OfPredictions = rows.OfPredictions,
            OfNorm = rows.OfNorm,
            OfCross = rows.OfCross,
            Shift = rows.Shift,
        };
        double* sums = scratch.Take<double>(call.Conditions.Count * call.Conditions.Dimensions);
        PairRows.Gradient<TReal, TVector, ConditionWeights<TReal, TVector>>(channels, weights, sums, add: false);
        Store(call, call.ConditionsGradient, sums, -2 * conditionScale);
    }

    private static void Side(in SampleCall<T, TReal> call, ref PairScratch scratch, in PairChannels<TReal> channels, in RowTerms rows, double conditionScale, TReal* ofSide, bool predictions, in SampleMatrix gradient)
    {
        if (gradient.Rows == 0)
            return;
        SideWeights<TReal, TVector> weights = new() { ConditionScale = conditionScale, Scale = call.Scale, Sign = -2, Predictions = predictions, OfSide = ofSide, OfCross = rows.OfCross, Shift = rows.Shift };
        double* sums = scratch.Take<double>(call.Points.Count * call.Points.Dimensions);
        PairRows.Gradient<TReal, TVector, SideWeights<TReal, TVector>>(channels, weights, sums, add: false);
        Store(call, gradient, sums, -2 * call.Scale);
    }

    private static void Store(in SampleCall<T, TReal> call, in SampleMatrix gradient, double* sums, double factor)
    {
        for (long i = 0; i < gradient.Rows * gradient.Columns; i++)
            sums[i] *= factor * call.Options.ValueFactor;
        SampleCall<T, TReal>.Store(gradient, sums);
    }

    private readonly struct RowTerms(ref PairScratch scratch, long count, double shift)
    {
        public readonly TReal* OfTargets = SampleCall<T, TReal>.TakeRow(ref scratch, count);
        public readonly TReal* OfPredictions = SampleCall<T, TReal>.TakeRow(ref scratch, count);
        public readonly TReal* OfNorm = SampleCall<T, TReal>.TakeRow(ref scratch, count);
        public readonly double Shift = shift;
        public readonly TReal* OfCross = SampleCall<T, TReal>.TakeRow(ref scratch, count);
    }
}
