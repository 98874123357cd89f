using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>A distribution in fp64, as given: its mass, and whether it is one.</summary>
internal static unsafe class MassRow
{
    /// <summary>By how much of p's mass that of q may differ.</summary>
    public const double MassTolerance = 1e-5;

    // Of a sum: entry i belongs to lane i % 32, and lanes merge by twos, so that it has the bits of any other path's.
    private const int Lanes = 32;

    /// <summary>Copies a row; the status of its first bad entry, or of its mass.</summary>
    public static RowStatus Read<TReal>(TReal* row, int count, double* masses, out double sum)
        where TReal : unmanaged
    {
        RowStatus status = RowStatus.Ok;
        double* lanes = stackalloc double[Lanes];
        new Span<double>(lanes, Lanes).Clear();
        for (int i = 0; i < count; i++)
        {
            double mass = Real.ToDouble(row[i]);
            masses[i] = mass;
            lanes[i % Lanes] += mass;
            if (status == RowStatus.Ok && !(mass >= 0 && mass < double.PositiveInfinity))
                status = double.IsNaN(mass) ? RowStatus.NotANumber : mass > 0 ? RowStatus.PlusInfinity : RowStatus.InvalidProbability;
        }

        for (int step = 1; step < Lanes; step *= 2)
        {
            for (int l = 0; l < Lanes; l += 2 * step)
                lanes[l] += lanes[l + step];
        }

        sum = lanes[0];
        return status != RowStatus.Ok || (sum > 0 && double.IsFinite(sum)) ? status : RowStatus.InvalidProbability;
    }

    /// <summary>−x·log x of a share x ≥ 0.</summary>
    public static double Term(double share) => share > 0 ? -share * Math.Log(share) : 0;

    /// <summary>H of masses by their sum, in nats.</summary>
    public static double Entropy(double* masses, int count, double sum)
    {
        double entropy = 0;
        for (int i = 0; i < count; i++)
            entropy += Term(masses[i] / sum);
        return entropy;
    }
}
