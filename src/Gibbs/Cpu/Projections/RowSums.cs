using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>Sums of a row in double: element j belongs to lane j mod <see cref="Lanes"/>, lanes merge in halves, so that no bit depends on vector width or thread.</summary>
internal static unsafe class RowSums
{
    public const int Lanes = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(double* lanes) => new System.Span<double>(lanes, Lanes).Clear();

    /// <summary>Overwrites the lanes.</summary>
    public static double Total(double* lanes)
    {
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
                lanes[l] += lanes[l + half];
        }

        return lanes[0];
    }
}
