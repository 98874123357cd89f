using System;
using System.Linq;

namespace Gibbs.Tests.Entropies.Batch;

/// <summary>
/// Batch entropies in fp64, straight from the formulas: F of each segment, p̄, and dF/dz_ij = (w_i/W)·p_ij·(u_ij − Σ_k p_ik·u_ik)/T with u = dF/dp̄, and the rows' own terms; with it the size of the terms.
/// </summary>
internal sealed class BatchEntropyReference
{
    public BatchEntropyReference(BatchEntropyCase c)
    {
        int n = c.Rows, k = c.Columns;
        P = new double[n * k];
        Entropies = new double[n];
        Status = new RowStatus[n];
        Values = new double[c.Segments];
        ValueScale = new double[c.Segments];
        SegmentStatus = new RowStatus[c.Segments];
        Marginals = new double[c.Segments * k];
        Gradient = new double[n * k];
        GradientScale = new double[n * k];
        double[] logP = new double[n * k];
        for (int i = 0; i < n; i++)
            Row(c, i, logP);
        for (int s = 0; s < c.Segments; s++)
            Segment(c, s, logP);
        int counted = SegmentStatus.Count(s => s != RowStatus.AllMasked);
        double factor = c.Options.Reduction == Reduction.Mean && counted > 0 ? 1.0 / counted : 1;
        Value = c.Options.Reduction == Reduction.None ? double.NaN : Values.Sum() * factor;
        Counted = counted;
        for (int e = 0; e < n * k; e++)
        {
            Gradient[e] *= factor;
            GradientScale[e] *= factor;
        }
    }

    public double[] P { get; }

    public double[] Entropies { get; }

    public RowStatus[] Status { get; }

    public double[] Values { get; }

    public double[] ValueScale { get; }

    public RowStatus[] SegmentStatus { get; }

    public double[] Marginals { get; }

    public double[] Gradient { get; }

    public double[] GradientScale { get; }

    public double Value { get; }

    public int Counted { get; }

    private void Row(BatchEntropyCase c, int i, double[] logP)
    {
        int k = c.Columns;
        double[] z = c.Logits[(i * k)..((i + 1) * k)];
        double weight = c.RowWeight(i);
        RowStatus content = z.Any(double.IsNaN) ? RowStatus.NotANumber
            : z.Any(double.IsPositiveInfinity) ? RowStatus.PlusInfinity
            : z.All(double.IsNegativeInfinity) ? RowStatus.AllMasked
            : RowStatus.Ok;
        Status[i] = double.IsFinite(weight) && weight >= 0 ? content : RowStatus.InvalidParameter;
        Entropies[i] = content is RowStatus.Ok or RowStatus.AllMasked ? 0 : double.NaN;
        if (content != RowStatus.Ok)
            return;
        double maximum = z.Max();
        double[] e = [.. z.Select(v => Math.Exp((v - maximum) / c.Options.Temperature))];
        int top = Array.IndexOf(z, maximum);
        double rest = e.Where((_, j) => j != top).Sum(), logSum = Log1P(rest);
        for (int j = 0; j < k; j++)
        {
            logP[(i * k) + j] = ((z[j] - maximum) / c.Options.Temperature) - logSum;
            P[(i * k) + j] = e[j] / (1 + rest);
            Entropies[i] += e[j] == 0 ? 0 : -P[(i * k) + j] * logP[(i * k) + j];
        }
    }

    private void Segment(BatchEntropyCase c, int s, double[] logP)
    {
        int k = c.Columns;
        int[] rows = [.. Enumerable.Range(c.Begin(s), c.End(s) - c.Begin(s)).Where(i => c.RowWeight(i) != 0 && Status[i] != RowStatus.AllMasked)];
        RowStatus Worst() => rows.Any(i => Status[i] == RowStatus.InvalidParameter) ? RowStatus.InvalidParameter
            : rows.Any(i => Status[i] == RowStatus.NotANumber) ? RowStatus.NotANumber
            : rows.Any(i => Status[i] == RowStatus.PlusInfinity) ? RowStatus.PlusInfinity
            : rows.Length == 0 ? RowStatus.AllMasked
            : RowStatus.Ok;
        SegmentStatus[s] = Worst();
        double[] prior = [.. Enumerable.Range(0, k).Select(j => c.Prior(s, j))];
        if (SegmentStatus[s] == RowStatus.Ok && c.Options.PriorWeight != 0 && prior.Any(t => !(t >= 0 && t <= 1)))
            SegmentStatus[s] = prior.Any(double.IsNaN) ? RowStatus.NotANumber : RowStatus.InvalidProbability;
        if (SegmentStatus[s] != RowStatus.Ok)
        {
            bool nothing = SegmentStatus[s] == RowStatus.AllMasked;
            Values[s] = nothing ? 0 : double.NaN;
            Array.Fill(Marginals, nothing ? 0 : double.NaN, s * k, k);
            foreach (int i in rows)
                Array.Fill(Gradient, double.NaN, i * k, k);
            return;
        }

        double power = c.Options.ConfidencePower;
        double[] largest = [.. rows.Select(i => Enumerable.Range(0, k).Max(j => P[(i * k) + j]))];
        double[] w = [.. rows.Select((i, r) => c.RowWeight(i) * Math.Pow(largest[r], -power))];
        double W = w.Sum(), R = rows.Sum(c.RowWeight);
        double[] mean = [.. Enumerable.Range(0, k).Select(j => rows.Select((i, r) => w[r] * P[(i * k) + j]).Sum() / W)];
        mean.CopyTo(Marginals, s * k);
        double[] g = new double[k], gScale = new double[k];
        Functional(c, s, mean, prior, g, gScale);
        foreach (int i in rows)
        {
            double h = Enumerable.Range(0, k).Sum(j => P[(i * k) + j] == 0 ? 0 : -c.ClassWeight(j) * P[(i * k) + j] * logP[(i * k) + j]);
            Add(s, c.Options.ConditionalWeight * c.RowWeight(i) * Entropies[i] / R);
            Add(s, c.Options.ClassEntropyWeight * c.RowWeight(i) * h / R);
        }

        double meanG = Enumerable.Range(0, k).Sum(j => mean[j] * g[j]);
        for (int r = 0; r < rows.Length; r++)
        {
            int i = rows[r];
            double a = w[r] / (W * c.Options.Temperature), b = c.RowWeight(i) / (R * c.Options.Temperature);
            int top = Array.IndexOf(P, largest[r], i * k, k) - (i * k);
            double[] p = P[(i * k)..((i + 1) * k)], log = logP[(i * k)..((i + 1) * k)];
            double moves = -power * (Enumerable.Range(0, k).Sum(j => p[j] * g[j]) - meanG) / largest[r];
            double[] u = new double[k], size = new double[k];
            for (int j = 0; j < k; j++)
            {
                if (p[j] == 0)
                    continue;
                double own = -c.Options.ConditionalWeight * log[j], ofClass = -c.Options.ClassEntropyWeight * c.ClassWeight(j) * (log[j] + 1);
                u[j] = (a * (g[j] + (j == top ? moves : 0))) + (b * (own + ofClass));
                size[j] = (a * (gScale[j] + Math.Abs(g[j] - meanG) + (j == top ? Math.Abs(moves) : 0))) + (b * (Math.Abs(own) + Math.Abs(ofClass)));
            }

            double average = Enumerable.Range(0, k).Sum(j => p[j] * u[j]), averageSize = Enumerable.Range(0, k).Sum(j => p[j] * size[j]);
            for (int j = 0; j < k; j++)
            {
                // The difference from the average, from the other entries where p is nearly 1.
                double difference = p[j] > 0.5 ? Enumerable.Range(0, k).Sum(l => p[l] * (u[j] - u[l])) : u[j] - average;
                Gradient[(i * k) + j] = SegmentStatus[s] == RowStatus.DisjointSupport ? double.NaN : p[j] == 0 ? 0 : p[j] * difference;
                GradientScale[(i * k) + j] = p[j] > 0.5 ? Enumerable.Range(0, k).Sum(l => l == j ? 0 : p[l] * (size[j] + size[l])) : p[j] * (size[j] + averageSize);
            }
        }
    }

    private void Add(int s, double term)
    {
        Values[s] += term;
        ValueScale[s] += Math.Abs(term);
    }

    private void Functional(BatchEntropyCase c, int s, double[] mean, double[] prior, double[] g, double[] scale)
    {
        int k = c.Columns;
        BatchEntropyOptions o = c.Options;
        double[] log = [.. Enumerable.Range(0, k).Select(j => LogOf(mean, j, _ => true))];
        for (int j = 0; j < k; j++)
        {
            if (mean[j] == 0)
                continue;
            Add(s, -o.MarginalWeight * mean[j] * log[j]);
            g[j] -= o.MarginalWeight * (log[j] + 1);
            scale[j] += Math.Abs(o.MarginalWeight);
            if (o.PriorWeight == 0)
                continue;
            if (prior[j] == 0)
                SegmentStatus[s] = RowStatus.DisjointSupport;
            Add(s, o.PriorWeight * mean[j] * (log[j] - Math.Log(prior[j])));
            g[j] += o.PriorWeight * (log[j] - Math.Log(prior[j]) + 1);
            scale[j] += Math.Abs(o.PriorWeight);
        }

        if (o.BetweenGroupsWeight == 0 && o.WithinGroupsWeight == 0)
            return;
        int[] groups = c.ClassGroups!;
        Add(s, o.BetweenGroupsWeight * Math.Log(o.Groups));
        for (int group = 0; group < o.Groups; group++)
        {
            int[] members = [.. Enumerable.Range(0, k).Where(j => groups[j] == group)];
            double mass = members.Sum(j => mean[j]);
            if (mass == 0)
                continue;
            double outside = Enumerable.Range(0, k).Where(j => groups[j] != group).Sum(j => mean[j]);
            double logMass = mass > 0.5 ? Log1P(-outside) : Math.Log(mass);
            Add(s, o.BetweenGroupsWeight * mass * logMass);
            Add(s, o.WithinGroupsWeight * Math.Log(members.Length));
            double[] q = [.. mean.Select(v => v / mass)];
            double entropy = -members.Sum(j => q[j] == 0 ? 0 : q[j] * LogOf(q, j, l => groups[l] == group));
            Add(s, -o.WithinGroupsWeight * entropy);
            foreach (int j in members.Where(j => mean[j] > 0))
            {
                g[j] += (o.BetweenGroupsWeight * (logMass + 1)) + (o.WithinGroupsWeight * (LogOf(q, j, l => groups[l] == group) + entropy) / mass);
                scale[j] += Math.Abs(o.BetweenGroupsWeight) + (Math.Abs(o.WithinGroupsWeight) / mass);
            }
        }
    }

    // log of one of the probabilities that sum to 1, from the others where it is nearly all.
    private static double LogOf(double[] p, int j, Func<int, bool> among) =>
        p[j] > 0.5 ? Log1P(-Enumerable.Range(0, p.Length).Where(l => l != j && among(l)).Sum(l => p[l])) : Math.Log(p[j]);

    private static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}
