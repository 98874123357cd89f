using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Singular values by one-sided Jacobi rotations (Hestenes, 1958): columns of K are turned in pairs until they are orthogonal; their norms are then the singular values, to the rounding of the largest. What is turned along
/// becomes its product with the right singular vectors. Pairs come in the rounds of a tournament, as on the device.
/// <code>K·V = U·Σ        A → A·V</code>
/// </summary>
internal static unsafe class OneSidedJacobi
{
    private const int MostSweeps = 60;

    private const double Unit = 2.3e-16;

    /// <summary>Orthogonalises the columns of k; along may be null. Both [dimensions, dimensions], a column's entries one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(double* k, double* along, int dimensions)
    {
        int even = dimensions + (dimensions & 1);

        // Columns below this are rounding's: turning them against each other would not end.
        double negligible = Largest(k, dimensions) * dimensions * Unit;
        negligible *= negligible;
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool turned = false;
            for (int round = 0; round < even - 1; round++)
            {
                for (int pair = 0; pair < even / 2; pair++)
                {
                    (int p, int q) = Pair(round, pair, even);
                    if (q < dimensions)
                        turned |= Turn(k, along, p, q, dimensions, negligible);
                }
            }

            if (!turned)
                return;
        }
    }

    /// <summary>Who meets in a round of a tournament of an even number, the lower first: the last stays, the others go round.</summary>
    private static (int P, int Q) Pair(int round, int pair, int even)
    {
        int others = even - 1;
        int first = pair == 0 ? others : (round + pair) % others, second = (round + others - pair) % others;
        return first < second ? (first, second) : (second, first);
    }

    private static double Largest(double* k, int dimensions)
    {
        double largest = 0;
        for (int j = 0; j < dimensions; j++)
            largest = Math.Max(largest, Dot(k + ((nint)j * dimensions), k + ((nint)j * dimensions), dimensions));
        return Math.Sqrt(largest);
    }

    private static bool Turn(double* k, double* along, int p, int q, int dimensions, double negligible)
    {
        double* left = k + ((nint)p * dimensions);
        double* right = k + ((nint)q * dimensions);
        double alpha = Dot(left, left, dimensions), beta = Dot(right, right, dimensions), gamma = Dot(left, right, dimensions);
        if (!(Math.Abs(gamma) > Unit * Math.Max(dimensions, 4) * Math.Sqrt(alpha * beta)) || (alpha <= negligible && beta <= negligible))
            return false;
        double zeta = (beta - alpha) / (2 * gamma);
        double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent)), sine = cosine * tangent;
        Rotate(left, right, cosine, sine, dimensions);
        if (along != null)
            Rotate(along + ((nint)p * dimensions), along + ((nint)q * dimensions), cosine, sine, dimensions);
        return true;
    }

    /// <summary>Σ left·right, in lanes of 8 whatever the machine's vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(double* left, double* right, int count)
    {
        Vector512<double> sum = default;
        int i = 0;
        for (; i <= count - 8; i += 8)
            sum += Vector512.Load(left + i) * Vector512.Load(right + i);
        double total = Vector256.Sum(sum.GetLower() + sum.GetUpper());
        for (; i < count; i++)
            total += left[i] * right[i];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rotate(double* left, double* right, double cosine, double sine, int count)
    {
        Vector512<double> c = Vector512.Create(cosine), s = Vector512.Create(sine);
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector512<double> x = Vector512.Load(left + i), y = Vector512.Load(right + i);
            ((c * x) - (s * y)).Store(left + i);
            ((s * x) + (c * y)).Store(right + i);
        }

        for (; i < count; i++)
            (left[i], right[i]) = ((cosine * left[i]) - (sine * right[i]), (sine * left[i]) + (cosine * right[i]));
    }
}
