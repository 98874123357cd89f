using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Cauchy-Schwarz mutual information of pairs, from the row sums a = K1, b = L1 and ΣK∘L, ΣK², ΣL²; I(x, y) = log ΣK∘L + log ΣK + log ΣL − 2·log Σ a·b, in which N cancels. With p = 1 and q = 0, or for the normalised
/// form I/√(I_x·I_y) p = 1/√(I_x·I_y) and q = −I·p/(2·I_x):
/// <code>
/// dx_i = −(1/σ²)·Σ_j K_ij·(g + 2p·L_ij/ΣK∘L + 4q·K_ij/ΣK² + ρ_i + ρ_j)·(x_i − x_j)
/// g = (2p + 4q)/ΣK        ρ_i = −2p·b_i/Σ a·b − 4q·a_i/Σ a²
/// </code>
/// </summary>
internal static unsafe class KernelInformation<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int Size = ProductSums<TReal, TVector>.Size;

    public static double Run(in SampleCall<T, TReal> call, ref PairScratch scratch)
    {
        long count = call.Points.Count;
        double otherScale = SampleCall<T, TReal>.HalfInverseSquare(call.Options.ResolvedOthersBandwidth), factor = call.Options.ValueFactor;
        PairChannels<TReal> channels = default;
        channels[0] = new(call.Points, call.Points);
        channels[1] = new(call.Others, call.Others);
        double* totals = scratch.Take<double>(count * Size);
        PairRows.Sum<TReal, TVector, ProductSums<TReal, TVector>>(channels, new() { Scale = call.Scale, OtherScale = otherScale }, totals);
        ProductTotals t = ProductTotals.Of(totals, count);
        double information = t.Information, ofX = t.InformationOfX, ofY = t.InformationOfY, p = 1, qX = 0, qY = 0, value = information;
        if (call.Options.Normalised)
        {
            // What does not vary holds no information: 0, not the quotient of two roundings.
            bool none = ofX <= t.Rounding || ofY <= t.Rounding;
            p = none ? 0 : 1 / Math.Sqrt(ofX * ofY);
            value = none ? 0 : information * p;
            qX = none ? 0 : -value / (2 * ofX);
            qY = none ? 0 : -value / (2 * ofY);
        }

        Side(ref scratch, channels, totals, totals + 1, new() { Scale = call.Scale, OtherScale = otherScale, P = factor * p, Q = factor * qX, Sum = t.SumX, Product = t.Product, Square = t.SquareX, Rows = t.RowsX, Cross = t.Rows }, call.Gradient);
        channels[0] = new(call.Others, call.Others);
        channels[1] = new(call.Points, call.Points);
        Side(ref scratch, channels, totals + 1, totals, new() { Scale = otherScale, OtherScale = call.Scale, P = factor * p, Q = factor * qY, Sum = t.SumY, Product = t.Product, Square = t.SquareY, Rows = t.RowsY, Cross = t.Rows }, call.OthersGradient);
        return factor * value;
    }

    // own, other: row sums of the side's kernel and of the other's, a row's totals apart.
    private static void Side(ref PairScratch scratch, in PairChannels<TReal> channels, double* own, double* other, in SideTotals side, in SampleMatrix gradient)
    {
        if (gradient.Rows == 0)
            return;
        long count = channels[0].Left.Count;
        TReal* rho = SampleCall<T, TReal>.TakeRow(ref scratch, count);
        double outer = -2 * side.Scale;
        for (long i = 0; i < count; i++)
        {
            double a = own[i * Size], b = other[i * Size];
            rho[i] = Real.From<TReal>(outer * ((-2 * side.P * b / side.Cross) - (4 * side.Q * a / side.Rows)));
        }

        ProductWeights<TReal, TVector> weights = new()
        {
            Scale = side.Scale,
            OtherScale = side.OtherScale,
            Constant = outer * ((2 * side.P) + (4 * side.Q)) / side.Sum,
            OfOther = outer * 2 * side.P / side.Product,
            OfOwn = outer * 4 * side.Q / side.Square,
            Rho = rho,
        };
        double* sums = scratch.Take<double>(count * channels[0].Left.Dimensions);
        PairRows.Gradient<TReal, TVector, ProductWeights<TReal, TVector>>(channels, weights, sums, add: false);
        SampleCall<T, TReal>.Store(gradient, sums);
    }

    private struct SideTotals
    {
        public double Scale;
        public double OtherScale;
        public double P;
        public double Q;
        public double Sum;
        public double Product;
        public double Square;
        public double Rows;
        public double Cross;
    }
}

/// <summary>What the row sums of two kernels come to.</summary>
internal struct ProductTotals
{
    /// <summary>ΣK, ΣL, ΣK∘L, ΣK², ΣL².</summary>
    public double SumX, SumY, Product, SquareX, SquareY;

    /// <summary>Σ a·b, Σ a², Σ b².</summary>
    public double Rows, RowsX, RowsY;

    public readonly double Information => Math.Log(Product) + Math.Log(SumX) + Math.Log(SumY) - (2 * Math.Log(Rows));

    public readonly double InformationOfX => Math.Log(SquareX) + (2 * Math.Log(SumX)) - (2 * Math.Log(RowsX));

    public readonly double InformationOfY => Math.Log(SquareY) + (2 * Math.Log(SumY)) - (2 * Math.Log(RowsY));

    /// <summary>What the logarithms' rounding leaves of an information that is 0.</summary>
    public readonly double Rounding => 1e-14 * (1 + Math.Abs(Math.Log(RowsX)) + Math.Abs(Math.Log(RowsY)));

    public static unsafe ProductTotals Of(double* totals, long count)
    {
        ProductTotals t = default;
        for (long i = 0; i < count; i++, totals += 5)
        {
            t.SumX += totals[0];
            t.SumY += totals[1];
            t.Product += totals[2];
            t.SquareX += totals[3];
            t.SquareY += totals[4];
            t.Rows += totals[0] * totals[1];
            t.RowsX += totals[0] * totals[0];
            t.RowsY += totals[1] * totals[1];
        }

        return t;
    }
}
