using System;
using System.Runtime.InteropServices;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>
/// Alternating iterations in fp64 in the log domain, for a matrix whose scalings leave the range of the vector form, or that no iteration can balance. With ℓ = x/T, or log of the matrix itself:
/// <code>
/// φ_i = log a_i − log Σ_j e^(ℓ_ij + γ_j),   γ_j = log b_j − log Σ_i e^(ℓ_ij + φ_i),   P_ij = e^(ℓ_ij + φ_i + γ_j),   γ = 0 at first
/// gradient     dℓ = Q·P,  α_i = Σ_j Q·P,  β_j = Σ_i Q·P;  backwards  dℓ_ij −= β_j·w_ij/b_j,  α_i −= Σ_j β_j·w_ij/b_j,  w = e^(ℓ + φ + γ) after the step;  rows likewise
/// </code>
/// </summary>
internal static unsafe class TinyLogDomain
{
    /// <summary>Replaces the values by P or, where there is a gradient by P, that by the gradient.</summary>
    /// <param name="job">Shape, options.</param>
    /// <param name="values">As given, noise included [n·m].</param>
    /// <param name="upstream">The gradient by P [n·m], or null.</param>
    /// <param name="a">Targets of rows.</param>
    /// <param name="b">Targets of columns.</param>
    /// <param name="error">The marginal error of P.</param>
    public static TransportStatus Run(in TinyJob job, double* values, double* upstream, ReadOnlySpan<double> a, ReadOnlySpan<double> b, out double error)
    {
        int n = job.Rows, m = job.Columns, iterations = job.Options.Iterations;
        error = double.NaN;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
            {
                double given = values[(i * m) + j];
                values[(i * m) + j] = a[i] == 0 || b[j] == 0 ? double.NegativeInfinity : job.Positive ? Math.Log(given) : given / job.Options.Temperature;
            }
        }

        if (!IsFeasible(values, a, b))
            return TransportStatus.Infeasible;
        double* history = (double*)NativeMemory.Alloc((nuint)(upstream == null ? 1 : iterations + 1), (nuint)((n + m) * sizeof(double)));
        try
        {
            for (int j = 0; j < m; j++)
                history[n + j] = b[j] == 0 ? double.NegativeInfinity : 0;
            double* now = history;
            for (int t = 0; t < iterations; t++)
            {
                double* earlier = now;
                now = upstream == null ? now : now + n + m;
                for (int i = 0; i < n; i++)
                    now[i] = a[i] == 0 ? double.NegativeInfinity : Math.Log(a[i]) - LogSum(values + (i * m), 1, earlier + n, m);
                for (int j = 0; j < m; j++)
                    now[n + j] = b[j] == 0 ? double.NegativeInfinity : Math.Log(b[j]) - LogSum(values + j, m, now, n);
            }

            if (upstream != null)
                Gradient(job, values, upstream, a, b, history);
            else
                error = Plan(values, a, b, now);
        }
        finally
        {
            NativeMemory.Free(history);
        }

        return TransportStatus.Converged;
    }

    private static bool IsFeasible(double* values, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        bool feasible = true;
        for (int i = 0; i < a.Length; i++)
            feasible &= a[i] == 0 || !double.IsNegativeInfinity(Largest(values + (i * b.Length), 1, b.Length));
        for (int j = 0; j < b.Length; j++)
            feasible &= b[j] == 0 || !double.IsNegativeInfinity(Largest(values + j, b.Length, a.Length));
        return feasible;
    }

    private static double Largest(double* line, int stride, int count)
    {
        double largest = double.NegativeInfinity;
        for (int i = 0; i < count; i++)
            largest = Math.Max(largest, line[i * stride]);
        return largest;
    }

    private static double LogSum(double* line, int stride, double* potentials, int count)
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < count; i++)
            largest = Math.Max(largest, line[i * stride] + potentials[i]);
        for (int i = 0; i < count; i++)
            sum += Math.Exp(line[i * stride] + potentials[i] - largest);
        return largest + Math.Log(sum);
    }

    // Values become P.
    private static double Plan(double* values, ReadOnlySpan<double> a, ReadOnlySpan<double> b, double* potentials)
    {
        double error = 0;
        Span<double> columns = stackalloc double[b.Length];
        columns.Clear();
        for (int i = 0; i < a.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < b.Length; j++)
            {
                double p = Math.Exp(values[(i * b.Length) + j] + potentials[i] + potentials[a.Length + j]);
                values[(i * b.Length) + j] = p;
                sum += p;
                columns[j] += p;
            }

            error += Math.Abs(sum - a[i]);
        }

        for (int j = 0; j < b.Length; j++)
            error += Math.Abs(columns[j] - b[j]);
        return error;
    }

    // Upstream becomes the gradient. For the matrix itself that is by its entries, whose logarithm leaves the exponents: zero entries have one too.
    private static void Gradient(in TinyJob job, double* values, double* upstream, ReadOnlySpan<double> a, ReadOnlySpan<double> b, double* history)
    {
        int n = a.Length, m = b.Length;
        double factor = job.Positive ? 1 : 1 / job.Options.Temperature;
        Span<double> alpha = stackalloc double[n], beta = stackalloc double[m];
        alpha.Clear();
        beta.Clear();
        double* last = history + ((nint)job.Options.Iterations * (n + m));
        for (int e = 0; e < n * m; e++)
        {
            int i = e / m, j = e % m;
            double potential = last[i] + last[n + j], p = upstream[e] * Math.Exp(values[e] + potential);
            alpha[i] += p;
            beta[j] += p;
            upstream[e] *= factor * Math.Exp((job.Positive ? 0 : values[e]) + potential);
        }

        for (double* now = last; now != history; now -= n + m)
        {
            double* earlier = now - n - m;
            for (int e = 0; e < n * m; e++)
            {
                int i = e / m, j = e % m;
                if (b[j] == 0)
                    continue;
                double c = beta[j] / b[j], potential = now[i] + now[n + j];
                alpha[i] -= c * Math.Exp(values[e] + potential);
                upstream[e] -= factor * c * Math.Exp((job.Positive ? 0 : values[e]) + potential);
            }

            beta.Clear();
            for (int e = 0; e < n * m; e++)
            {
                int i = e / m, j = e % m;
                if (a[i] == 0)
                    continue;
                double r = alpha[i] / a[i], potential = now[i] + earlier[n + j];
                beta[j] -= r * Math.Exp(values[e] + potential);
                upstream[e] -= factor * r * Math.Exp((job.Positive ? 0 : values[e]) + potential);
            }

            alpha.Clear();
        }
    }
}
