using System;
using System.Collections.Generic;
using System.Linq;

namespace Gibbs.Tests.Transport;

/// <summary>Couplings and mergings by their definitions, with linear scans: slow and obvious. Entropies in nats, of masses that sum to 1.</summary>
internal static class CouplingReference
{
    public static double Entropy(IEnumerable<double> masses) => -masses.Where(m => m > 0).Sum(m => m * Math.Log(m));

    /// <summary>The largest of p meets the largest of q until either is used up; the lowest index of equal ones.</summary>
    public static List<(int Source, int Target, double Mass)> Greedy(double[] p, double[] q, double residue = 1e-14)
    {
        double[] left = [.. p], right = [.. q];
        List<(int Source, int Target, double Mass)> atoms = [];
        while (left.Max() > 0 && right.Max() > 0)
        {
            int i = Array.IndexOf(left, left.Max()), j = Array.IndexOf(right, right.Max());
            double mass = Math.Min(left[i], right[j]);
            atoms.Add((i, j, mass));
            left[i] = left[i] - mass <= residue ? 0 : left[i] - mass;
            right[j] = right[j] - mass <= residue ? 0 : right[j] - mass;
        }

        return atoms;
    }

    /// <summary>H of the differences of min(Σ of the i largest of p, Σ of the i largest of q).</summary>
    public static double Meet(double[] p, double[] q)
    {
        double[] first = [.. p.OrderDescending()], second = [.. q.OrderDescending()];
        double[] sums = [.. Enumerable.Range(0, Math.Max(p.Length, q.Length) + 1).Select(i => Math.Min(first.Take(i).Sum(), second.Take(i).Sum()))];
        return Entropy(sums.Skip(1).Zip(sums, (after, before) => after - before));
    }

    /// <summary>The least entropy over the staircase couplings of all orders of p and q: some of the polytope's vertices, where the least is.</summary>
    public static double LeastStaircase(double[] p, double[] q)
    {
        double least = double.PositiveInfinity;
        foreach (int[] rows in Orders(p.Length))
        {
            foreach (int[] columns in Orders(q.Length))
            {
                double[] left = [.. rows.Select(i => p[i])], right = [.. columns.Select(j => q[j])];
                List<double> atoms = [];
                for (int i = 0, j = 0; i < left.Length && j < right.Length;)
                {
                    double mass = Math.Min(left[i], right[j]);
                    atoms.Add(mass);
                    left[i] -= mass;
                    right[j] -= mass;
                    if (left[i] <= right[j])
                        i++;
                    else
                        j++;
                }

                least = Math.Min(least, Entropy(atoms));
            }
        }

        return least;
    }

    /// <summary>Groups of symbols: while H exceeds the budget, the two least merged if that is enough, else the two largest merged, which is the answer if that is enough.</summary>
    public static List<List<int>> Merge(double[] p, double budget)
    {
        List<List<int>> groups = [.. Enumerable.Range(0, p.Length).Where(i => p[i] > 0).Select(i => new List<int> { i })];
        double Mass(List<int> group) => group.Sum(i => p[i]);
        double H(List<List<int>> of) => Entropy(of.Select(Mass));
        List<List<int>> Merged(int first, int second) => [.. groups.Where((_, g) => g != first && g != second).Append([.. groups[first], .. groups[second]])];
        while (groups.Count > 1 && H(groups) > budget + 1e-12)
        {
            int[] order = [.. Enumerable.Range(0, groups.Count).OrderByDescending(g => Mass(groups[g])).ThenBy(g => groups[g].Min())];
            List<List<int>> least = Merged(order[^2], order[^1]);
            groups = H(least) <= budget + 1e-12 ? least : Merged(order[0], order[1]);
        }

        return groups;
    }

    /// <summary>Random masses that sum to 1, a quarter of them 0.</summary>
    public static double[] Draw(Random random, int count, double spread = 3)
    {
        double[] masses = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < 0.25 ? 0 : Math.Exp(spread * random.NextDouble()))];
        masses[random.Next(count)] += 1;
        double sum = masses.Sum();
        return [.. masses.Select(m => m / sum)];
    }

    private static IEnumerable<int[]> Orders(int count) =>
        count == 1 ? [[0]] : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count - 1, .. order[at..]]));
}
