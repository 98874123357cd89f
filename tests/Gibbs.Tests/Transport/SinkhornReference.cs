using System;

namespace Gibbs.Tests.Transport;

/// <summary>Plain alternation in fp64 with log-sum-exp, written from the formulas: P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε).</summary>
internal sealed class SinkhornReference
{
    private readonly double[,] _cost;
    private readonly double[] _a;
    private readonly double[] _b;
    private readonly double _epsilon;
    private readonly double _sourceRho;
    private readonly double _targetRho;

    public SinkhornReference(double[,] cost, double[] a, double[] b, double epsilon, double sourceRho = double.PositiveInfinity, double targetRho = double.PositiveInfinity)
    {
        (_cost, _a, _b, _epsilon, _sourceRho, _targetRho) = (cost, a, b, epsilon, sourceRho, targetRho);
        F = new double[a.Length];
        G = new double[b.Length];
    }

    public double[] F { get; }

    public double[] G { get; }

    public void Run(int iterations)
    {
        for (int k = 0; k < iterations; k++)
        {
            for (int i = 0; i < F.Length; i++)
                F[i] = Damping(_sourceRho) * -_epsilon * LogSum(G.Length, j => _b[j], j => (G[j] - _cost[i, j]) / _epsilon);
            for (int j = 0; j < G.Length; j++)
                G[j] = Damping(_targetRho) * -_epsilon * LogSum(F.Length, i => _a[i], i => (F[i] - _cost[i, j]) / _epsilon);
        }
    }

    public double Plan(int i, int j) => _a[i] * _b[j] * Math.Exp((F[i] + G[j] - _cost[i, j]) / _epsilon);

    /// <summary>⟨P, C⟩ + ε·KL(P | a⊗b) + ρ·KL of relaxed marginals.</summary>
    public double Value()
    {
        double value = 0, sourceMass = 0, targetMass = 0;
        double[] rows = new double[F.Length], columns = new double[G.Length];
        foreach (double a in _a)
            sourceMass += a;
        foreach (double b in _b)
            targetMass += b;
        for (int i = 0; i < F.Length; i++)
        {
            for (int j = 0; j < G.Length; j++)
            {
                double p = Plan(i, j);
                rows[i] += p;
                columns[j] += p;
                value += p == 0 ? 0 : (p * _cost[i, j]) + (_epsilon * ((p * Math.Log(p / (_a[i] * _b[j]))) - p));
            }
        }

        return value + (_epsilon * sourceMass * targetMass) + Relaxation(_sourceRho, rows, _a) + Relaxation(_targetRho, columns, _b);
    }

    private static double Relaxation(double rho, double[] marginal, double[] mass)
    {
        if (double.IsPositiveInfinity(rho))
            return 0;
        double sum = 0;
        for (int i = 0; i < mass.Length; i++)
            sum += (marginal[i] > 0 ? marginal[i] * Math.Log(marginal[i] / mass[i]) : 0) - marginal[i] + mass[i];
        return rho * sum;
    }

    private double Damping(double rho) => double.IsPositiveInfinity(rho) ? 1 : rho / (rho + _epsilon);

    private static double LogSum(int count, Func<int, double> weight, Func<int, double> exponent)
    {
        double largest = double.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            if (weight(i) > 0)
                largest = Math.Max(largest, exponent(i));
        }

        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            if (weight(i) > 0)
                sum += weight(i) * Math.Exp(exponent(i) - largest);
        }

        return largest + Math.Log(sum);
    }
}
