using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Divergences;

/// <summary>One row of a divergence in fp64: log-softmax of both sides, <see cref="ReferenceTerm"/> class by class, dz = (p·g − p·Σ p·g)/T; and how far rounding of what it is made of may carry each number.</summary>
internal sealed class DivergenceReference
{
    private readonly DivergenceCase _case;
    private readonly int _row;

    private DivergenceReference(DivergenceCase c, int row)
    {
        (_case, _row) = (c, row);
        double[] z = c.Student[(row * c.Columns)..((row + 1) * c.Columns)], t = c.Teacher[(row * c.TeacherColumns)..((row + 1) * c.TeacherColumns)];
        bool probabilities = c.Options.TeacherInput == TeacherInput.Probabilities;
        StudentGradient = new double[c.Columns];
        TeacherGradient = new double[c.Columns];
        StudentTerms = new double[c.Columns];
        TeacherTerms = new double[c.Columns];
        (int, double)[] listed = !c.IsSparse ? [] : [.. Enumerable.Range(0, c.Listed).Select(i => (Id: c.Ids[(row * c.Listed) + i], Log: t[i])).Where(e => e.Id >= 0 && e.Id < c.Columns).Select(e => ((int)e.Id, e.Log))];
        bool outside = c.IsSparse && c.Ids[(row * c.Listed)..((row + 1) * c.Listed)].Any(id => id >= c.Columns);
        bool twice = listed.Select(e => e.Item1).Distinct().Count() != listed.Length;
        double[] given = c.IsSparse ? [.. listed.Select(e => e.Item2)] : t;
        double mass = given.Sum(Math.Exp);
        bool bucket = c.IsSparse && c.Options.Tail == SparseTail.Bucket;
        bool invalid = c.IsSparse ? given.Any(v => v > 0) || (bucket && mass > 1.001) : probabilities && given.Any(v => v is < 0 or > 1);
        bool empty = z.All(double.IsNegativeInfinity) || (!bucket && given.All(v => probabilities ? v == 0 : double.IsNegativeInfinity(v)));
        Status = outside ? RowStatus.TargetOutOfRange
            : twice ? RowStatus.InvalidParameter
            : z.Concat(given).Any(double.IsNaN) ? RowStatus.NotANumber
            : z.Any(double.IsPositiveInfinity) || (!c.IsSparse && !probabilities && t.Any(double.IsPositiveInfinity)) ? RowStatus.PlusInfinity
            : invalid ? RowStatus.InvalidProbability
            : empty ? RowStatus.AllMasked
            : RowStatus.Ok;
        if (Status == RowStatus.Ok)
        {
            if (c.IsSparse)
                Sparse(z, listed);
            else
                Dense(z, t, probabilities);
        }

        double weight = c.RowWeight(row) * c.Scale;
        if (Status == RowStatus.AllMasked)
            Value = double.PositiveInfinity;
        else if (Status is not (RowStatus.Ok or RowStatus.DisjointSupport))
            Value = double.NaN;
        Value = weight == 0 && !double.IsNaN(Value) ? 0 : weight * Value;
        ValueScale *= Math.Abs(weight);
        Finish(StudentGradient, weight, c.Options.StudentTemperature);
        Finish(TeacherGradient, weight, c.Options.TeacherTemperature);
        StudentBound *= Math.Abs(weight) / c.Options.StudentTemperature;
        TeacherBound *= Math.Abs(weight) / c.Options.TeacherTemperature;
        for (int j = 0; j < c.Columns; j++)
        {
            StudentTerms[j] *= Math.Abs(weight) / c.Options.StudentTemperature;
            TeacherTerms[j] *= Math.Abs(weight) / c.Options.TeacherTemperature;
        }
    }

    public RowStatus Status { get; private set; }

    public double Value { get; private set; }

    /// <summary>Σ |terms|, and what an error of log ratios makes of them.</summary>
    public double ValueScale { get; private set; }

    public double[] StudentGradient { get; }

    public double[] TeacherGradient { get; }

    /// <summary>Whether the gradient depends on rounding.</summary>
    public bool HasCorner { get; private set; }

    /// <summary>|p·g| and |q·h|.</summary>
    public double[] StudentTerms { get; }

    public double[] TeacherTerms { get; }

    /// <summary>What errors of log ratios add to the gradients' bounds.</summary>
    public double StudentBound { get; private set; }

    public double TeacherBound { get; private set; }

    public static DivergenceReference Row(DivergenceCase c, int row) => new(c, row);

    private void Dense(double[] z, double[] t, bool probabilities)
    {
        DivergenceOptions o = _case.Options;
        (double[] logP, double maximum, double logSum) = LogSoftmax(z, o.StudentTemperature);
        double teacherMaximum = 0, teacherLogSum = 0;
        double[] logQ = [.. t.Select(value => Math.Log(value))];
        if (!probabilities)
            (logQ, teacherMaximum, teacherLogSum) = LogSoftmax(t, o.TeacherTemperature);
        bool equal = !probabilities && o.StudentTemperature == o.TeacherTemperature;
        double[] d = [.. z.Select((value, j) => equal && double.IsFinite(value) && double.IsFinite(t[j])
            ? ((value - t[j] - (maximum - teacherMaximum)) / o.StudentTemperature) - (logSum - teacherLogSum)
            : logP[j] - logQ[j])];
        double[] reach = [.. z.Select((value, j) => equal ? Math.Abs(d[j]) + (2 * Math.Abs(logSum - teacherLogSum)) : Math.Abs(logP[j]) + Math.Abs(logQ[j]))];
        Terms(logP, logQ, d, reach, out ReferenceTerm[] terms);
        Project(logP, [.. terms.Select(v => v.Student)]).CopyTo(StudentGradient, 0);
        (probabilities ? [.. terms.Select(v => v.TeacherDerivative)] : Project(logQ, [.. terms.Select(v => v.Teacher)])).CopyTo(TeacherGradient, 0);
        for (int j = 0; j < z.Length; j++)
        {
            StudentTerms[j] = Math.Abs(terms[j].Student);
            TeacherTerms[j] = Math.Abs(terms[j].Teacher);
            if (!probabilities)
                continue;

            // Derivatives are not weighted by q, and known no better than log ratios.
            TeacherTerms[j] = double.IsFinite(reach[j]) ? reach[j] * (1 + Math.Abs(terms[j].TeacherDerivative)) : 0;
        }
    }

    private void Sparse(double[] z, (int Id, double Log)[] listed)
    {
        DivergenceOptions o = _case.Options;
        (double[] logP, _, _) = LogSoftmax(z, o.StudentTemperature);
        double total = listed.Sum(e => Math.Exp(e.Log));
        bool[] isListed = new bool[z.Length];
        foreach ((int id, _) in listed)
            isListed[id] = true;
        double rest = Enumerable.Range(0, z.Length).Where(j => !isListed[j]).Sum(j => Math.Exp(logP[j]));
        if (o.Tail == SparseTail.None)
        {
            // Σ q (log q − log p), gradient (Σ q) p − q.
            double value = 0, scale = 0;
            for (int j = 0; j < z.Length; j++)
                StudentTerms[j] = StudentGradient[j] = total * Math.Exp(logP[j]);
            foreach ((int id, double log) in listed.Where(e => !double.IsNegativeInfinity(e.Log)))
            {
                double listedMass = Math.Exp(log);
                value += listedMass * (log - logP[id]);
                scale += listedMass * (Math.Abs(log) + Math.Abs(logP[id]) + 1);
                StudentGradient[id] -= listedMass;
                StudentTerms[id] += listedMass;
            }
            (Value, ValueScale) = (value, scale);
            if (double.IsPositiveInfinity(value))
                Status = RowStatus.DisjointSupport;
            return;
        }

        double left = Left([.. listed.Select(e => e.Log)]);
        bool noRest = listed.Length == z.Length || (rest == 0 && (o.Tail == SparseTail.Renormalised || left <= 1e-3));
        List<double> p = [.. listed.Select(e => logP[e.Id])], q = [.. listed.Select(e => o.Tail == SparseTail.Renormalised ? e.Log - Math.Log(total) : e.Log)];
        if (!noRest)
        {
            p.Add(Math.Log(rest));
            q.Add(o.Tail == SparseTail.Renormalised ? double.NegativeInfinity : Math.Log(left));
        }

        double[] d = [.. p.Zip(q, (x, y) => x - y)];
        Terms([.. p], [.. q], d, [.. p.Zip(q, (x, y) => Math.Abs(x) + Math.Abs(y))], out ReferenceTerm[] terms);
        double[] classes = Project([.. p], [.. terms.Select(v => v.Student)]);
        for (int j = 0; j < z.Length; j++)
        {
            double share = Math.Exp(logP[j]) / rest;
            int i = Array.FindIndex(listed, e => e.Id == j);
            StudentGradient[j] = i >= 0 ? classes[i] : noRest ? 0 : share * classes[^1];
            StudentTerms[j] = i >= 0 ? Math.Abs(terms[i].Student) : noRest ? 0 : share * Math.Abs(terms[^1].Student);
        }
    }

    // The value, and the bounds: of n masses with relative errors, and of log ratios with absolute ones.
    private void Terms(double[] logP, double[] logQ, double[] d, double[] reach, out ReferenceTerm[] terms)
    {
        DivergenceOptions o = _case.Options;
        terms = [.. d.Select((v, j) => ReferenceTerm.Of(o, logP[j], logQ[j], v))];
        double rounding = _case.Type == ElementType.Float64 ? Math.ScaleB(1, -52) : Math.ScaleB(1, -23);
        double common = 4 * rounding, factor = _case.Type == ElementType.Float64 ? 1e-13 : 1e-6;
        CompensatedSum value = default;
        double scale = 0, bent = 0;
        for (int j = 0; j < d.Length; j++)
        {
            value.Add(terms[j].Value);
            double p = Math.Exp(logP[j]), q = Math.Exp(logQ[j]);
            if (!double.IsFinite(terms[j].Value))
                continue;
            scale += Math.Abs(terms[j].Value);
            if (!double.IsFinite(reach[j]))
                continue;
            double shift = rounding * reach[j];
            bent += shift * Math.Min(Math.Abs(terms[j].Student), Math.Abs(terms[j].Teacher) + Math.Abs(p - q));
            if (double.IsFinite(terms[j].Student))
                StudentBound = Math.Max(StudentBound, shift * (Math.Abs(terms[j].Student) + p));
            if (double.IsFinite(terms[j].Teacher))
                TeacherBound = Math.Max(TeacherBound, shift * (Math.Abs(terms[j].Teacher) + q));
        }

        Value = value.Value;

        // The sign of p − q is anything where they differ by rounding.
        HasCorner = o.Kind == DivergenceKind.TotalVariation && Enumerable.Range(0, d.Length).Any(j => d[j] != 0 && Math.Abs(d[j]) < 1e-5 * (1 + (double.IsFinite(reach[j]) ? reach[j] : 0)));

        // An error of all log ratios is of second order, except where D is not 0 at p = q, or has a corner there.
        double order = o.Kind is DivergenceKind.TotalVariation or DivergenceKind.SymmetricCrossEntropy ? 1 : 0;
        ValueScale = scale + (bent / factor) + ((common * (scale + order)) / factor) + (common * common / factor);
        if (terms.Any(v => double.IsPositiveInfinity(v.Value)))
            Status = RowStatus.DisjointSupport;
    }

    // 1 − Σ q of a confident teacher from what its largest class leaves.
    private static double Left(double[] logs)
    {
        double top = logs.DefaultIfEmpty(double.NegativeInfinity).Max();
        int at = Array.IndexOf(logs, top);
        double rest = -top < 0.5 ? -top : 0, term = -top, sum = 0;
        for (int n = 2; n < 24 && rest > 0; n++)
            sum += term *= top / n;
        return Math.Max(0, (rest > 0 ? rest + sum : 1 - Math.Exp(top)) - logs.Where((_, i) => i != at).Sum(v => Math.Exp(v)));
    }

    // p·g − p·Σ p·g, with the g of the largest class taken off every g.
    private static double[] Project(double[] log, double[] terms)
    {
        int top = Array.IndexOf(log, log.Max());
        double reference = terms[top] / Math.Exp(log[top]);
        double[] own = [.. terms.Select((v, j) => j == top ? 0 : v - (double.IsNegativeInfinity(log[j]) ? 0 : Math.Exp(log[j]) * reference))];
        CompensatedSum sum = default;
        foreach (double value in own)
            sum.Add(value);
        return [.. own.Select((v, j) => v - (double.IsNegativeInfinity(log[j]) ? 0 : Math.Exp(log[j]) * sum.Value))];
    }

    private void Finish(double[] gradient, double weight, double temperature)
    {
        bool zero = Status is RowStatus.AllMasked or RowStatus.TargetOutOfRange || (weight == 0 && Status is (RowStatus.Ok or RowStatus.DisjointSupport));
        bool nan = Status is not (RowStatus.Ok or RowStatus.DisjointSupport) || (Status == RowStatus.DisjointSupport && gradient.Any(v => !double.IsFinite(v)));
        for (int j = 0; j < gradient.Length; j++)
            gradient[j] = zero ? 0 : nan ? double.NaN : gradient[j] * weight / temperature;
    }

    private static (double[] Log, double Maximum, double LogSum) LogSoftmax(double[] z, double temperature)
    {
        double maximum = z.Max();
        CompensatedSum rest = default;
        int ties = 0;
        foreach (double value in z)
        {
            if (value == maximum)
                ties++;
            else
                rest.Add(Math.Exp((value - maximum) / temperature));
        }

        // log Σ of a confident row keeps its digits.
        double excess = ties - 1 + rest.Value, u = 1 + excess, logSum = u == 1 ? excess : Math.Log(u) * excess / (u - 1);
        return ([.. z.Select(v => ((v - maximum) / temperature) - logSum)], maximum, logSum);
    }
}
