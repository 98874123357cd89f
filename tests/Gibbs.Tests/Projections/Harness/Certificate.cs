using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Reference;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>
/// Judges a result by the optimality conditions of its problem, knowing no algorithm and no reference: it is feasible to rounding, the multiplier is the same wherever an entry is free (stationarity), and
/// has the right sign where an entry is at a bound (complementary slackness). Allowed is what the stored numbers can express: <see cref="_ulp"/> of each entry, and a few roundings of the scale at which the row is solved.
/// </summary>
internal sealed class Certificate
{
    private readonly ProjectionCase _case;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double _ulp;
    private readonly double _parameter;
    private readonly List<string> _errors = [];

    private Certificate(ProjectionCase c, double[] y)
    {
        (_case, _x, _y, _parameter) = (c, c.Input, y, c.Map.Parameter);
        _ulp = c.Type switch { ElementType.Float64 => Math.ScaleB(1, -52), ElementType.Float32 => Math.ScaleB(1, -23), ElementType.Float16 => Math.ScaleB(1, -10), _ => Math.ScaleB(1, -7) };
    }

    /// <summary>What is wrong with y as the map of the case's one row; empty where it is certified.</summary>
    public static string Check(ProjectionCase c, double[] y)
    {
        Certificate certificate = new(c, y);
        if (y.Any(double.IsNaN))
            return "NaN";
        switch (c.Map.Kind)
        {
            case RowMapKind.Simplex:
                certificate.Box(_ => 1, _ => 0, _ => double.PositiveInfinity, c.Map.Parameter, true);
                break;
            case RowMapKind.SparseSimplex:
                certificate.SparseSimplex();
                break;
            case RowMapKind.CappedSimplex:
                certificate.Box(_ => 1, _ => 0, _ => c.Map.Second, c.Map.Parameter, true);
                break;
            case RowMapKind.BoxSection:
                certificate.Box(c.Row(0).Weight, j => c.Lower is null ? 0 : c.Lower[j], j => c.Upper is null ? double.PositiveInfinity : c.Upper[j], c.Map.Parameter, false);
                break;
            case RowMapKind.Entmax or RowMapKind.Normmax:
                certificate.Tsallis();
                break;
            case RowMapKind.L1Ball:
                certificate.L1Ball();
                break;
            case RowMapKind.L2Ball:
                certificate.L2Ball();
                break;
            case RowMapKind.LInfBall:
                certificate.Require(c.Input.Select((x, j) => y[j] == c.Type.Round(Math.Clamp(x, -c.Map.Parameter, c.Map.Parameter))).All(good => good), $"not the clipped row");
                break;
            case RowMapKind.L1InfBall:
                certificate.L1InfBall();
                break;
            case RowMapKind.Isotonic:
                certificate.Isotonic();
                break;
            case RowMapKind.Permutahedron:
                certificate.Permutahedron();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(c), c.Map.Kind, "no certificate");
        }
        return string.Join("; ", certificate._errors.Take(4));
    }

    private double Spread(Func<int, bool> where) => Enumerable.Range(0, _x.Length).Where(where).Select(j => Math.Abs(_x[j])).DefaultIfEmpty().Max();

    // clip(x − τ·w, l, u): τ = (x − y)/w where free, at least where y = l, at most where y = u; ⟨w, y⟩ = k.
    private void Box(Func<int, double> weight, Func<int, double> lower, Func<int, double> upper, double k, bool shifted)
    {
        double largest = _x.Max(), maximum = shifted ? largest : 0;
        CompensatedSum total = default, allowed = default;
        Multiplier tau = new();
        for (int j = 0; j < _x.Length; j++)
        {
            double w = weight(j), l = lower(j), u = upper(j), d = _x[j] - maximum;
            Require(_y[j] >= _case.Type.Round(l) && _y[j] <= _case.Type.Round(u), $"y[{j}] = {_y[j]:R} outside its bounds");
            total.Add(w * _y[j]);
            if (double.IsNegativeInfinity(d))
                continue;
            bool atLower = _y[j] == _case.Type.Round(l), atUpper = _y[j] == _case.Type.Round(u);
            // Half an ulp of the stored entry, and the rounding of d; τ is carried in two words, so that its own error does not add up over the entries. With weights there is the rounding of τ·w.
            double slack = (2 * _ulp * Math.Abs(_y[j])) + (atLower || atUpper ? 0 : _case.Weights is null ? 2 * Lost(_x[j], largest) : 2 * Fine * (Math.Abs(d) + Math.Abs(_y[j])));
            allowed.Add(w * slack);
            if (atLower && atUpper)
                continue;
            tau.Add((d - (atLower ? l : atUpper ? u : _y[j])) / w, ((4 * _ulp * Math.Abs(_y[j])) + (4 * Fine * (Math.Abs(d) + Math.Abs(_y[j])))) / w, atLower, atUpper);
        }
        Require(Math.Abs(total.Value - k) <= allowed.Value + (4 * Fine * Math.Abs(k)), $"<w, y> = {total.Value:R}, not {k:R} (allowed {allowed.Value:R})");
        Require(tau.Holds, $"no multiplier: {tau}");
    }

    /// <summary>Below it numbers may be flushed to 0, or are stored to a whole multiple of it.</summary>
    private double Least => _case.Type switch { ElementType.Float16 => Math.ScaleB(1, -24), ElementType.Float64 => Math.ScaleB(1, -1022), _ => Math.ScaleB(1, -126) };

    /// <summary>What x − maximum loses in the arithmetic type.</summary>
    private double Lost(double x, double maximum)
    {
        double d = x - maximum, rounded = _case.Type.Real().Round(d), back = d + maximum;
        // Knuth's two-sum of x and −maximum.
        double lost = (x - back) - (maximum - (back - d));
        return Math.Abs(d - rounded) + Math.Abs(lost);
    }

    // Rounding of the arithmetic.
    private double Fine => _case.Type == ElementType.Float64 ? Math.ScaleB(1, -53) : Math.ScaleB(1, -24);

    private void SparseSimplex()
    {
        int[] kept = [.. Enumerable.Range(0, _x.Length).OrderByDescending(j => _x[j]).Take(_case.Map.Count)];
        HashSet<int> set = [.. kept];
        for (int j = 0; j < _x.Length; j++)
            Require(set.Contains(j) || _y[j] == 0, $"y[{j}] is not among the {_case.Map.Count} largest");
        ProjectionCase inner = _case with { Map = RowMap.Simplex(_parameter), Columns = kept.Length, Input = [.. kept.Select(j => _x[j])] };
        Certificate certificate = new(inner, [.. kept.Select(j => _y[j])]);
        certificate.Box(_ => 1, _ => 0, _ => double.PositiveInfinity, _parameter, true);
        _errors.AddRange(certificate._errors);
    }

    // x − τ = ∇Ω(p) on the support, at most that of 0 elsewhere: p^(α−1)/(α−1) for Tsallis entropy, (p/‖p‖)^(α−1) for the norm.
    private void Tsallis()
    {
        double alpha = _parameter, beta = alpha - 1, maximum = _x.Max();
        bool normmax = _case.Map.Kind == RowMapKind.Normmax;
        double norm = 0;
        if (normmax)
        {
            double largest = _y.Max();
            norm = largest * Math.Pow(_y.Sum(p => Math.Pow(p / largest, alpha)), 1 / alpha);
        }
        CompensatedSum total = default;
        Multiplier tau = new();
        for (int j = 0; j < _x.Length; j++)
        {
            double p = _y[j], d = _x[j] - maximum;
            Require(p is >= 0 and <= 1, $"y[{j}] = {p:R}");
            total.Add(p);
            if (double.IsNegativeInfinity(d))
                continue;
            double mass = normmax ? p / norm : p;
            // (p^β − 1)/β, which stays a number as β → 0; a constant of its own makes no difference to stationarity.
            double gradient = normmax ? Math.Pow(mass, beta) : p == 0 ? 0 : beta < 0.01 ? Expm1(beta * Math.Log(p)) / beta : Math.Pow(mass, beta) / beta;
            double zero = normmax ? 0 : beta < 0.01 ? -1 / beta : 0;
            // A stored p stands for anything within its ulp; the derivative of the gradient is β·g/p of it, which is relative: β·g.
            double bound = p == 0
                ? Math.Abs(Math.Pow(Math.Max(Least, 1e-17) / (normmax ? norm : 1), beta) / (normmax ? 1 : beta)) * 1.1
                : (4 * (_ulp + (Least / p)) * Math.Pow(mass, beta) * (normmax ? beta + 1 : 1)) + (8 * Fine * Math.Abs(d)) + (64 * Math.ScaleB(1, -53) * (1 + (1 / beta)));
            tau.Add(d - (p == 0 ? zero : gradient), p == 0 ? (beta < 0.01 ? 1 / beta : bound) : bound, p == 0, false);
        }
        double count = _y.Count(p => p > 0);
        Require(Math.Abs(total.Value - 1) <= (2 * _ulp) + (4 * Fine * Math.Sqrt(count)) + (count * Math.ScaleB(1, -25) * (_case.Type == ElementType.Float16 ? 1 : 0)), $"the sum is {total.Value:R}");
        Require(tau.Holds, $"no multiplier: {tau}");
    }

    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;

    private void L1Ball()
    {
        CompensatedSum norm = default, inner = default, allowed = default;
        Multiplier tau = new();
        MapRow row = _case.Row(0);
        double largest = Spread(_ => true);
        for (int j = 0; j < _x.Length; j++)
        {
            norm.Add(row.Weight(j) * Math.Abs(_y[j]));
            inner.Add(row.Weight(j) * Math.Abs(_x[j]));
        }
        if (_case.Type.Real().Round(inner.Value) <= _parameter)
        {
            Require(_x.AsSpan().SequenceEqual(_y), $"an interior point moved");
            return;
        }
        for (int j = 0; j < _x.Length; j++)
        {
            double w = row.Weight(j), x = Math.Abs(_x[j]), y = Math.Abs(_y[j]);
            Require(y == 0 || Math.Sign(_x[j]) == Math.Sign(_y[j]), $"the sign of y[{j}]");
            allowed.Add(w * ((2 * _ulp * y) + (y == 0 ? 0 : _case.Weights is null ? 2 * Lost(x, largest) : 2 * Fine * (x + y))));
            tau.Add((x - y) / w, ((4 * _ulp * y) + (4 * Fine * (x + y))) / w, y == 0, false);
        }
        Require(Math.Abs(norm.Value - _parameter) <= allowed.Value + (4 * Fine * _parameter), $"the norm is {norm.Value:R}, not {_parameter:R}");
        Require(tau.Holds && tau.High > 0, $"no multiplier: {tau}");
    }

    private void L2Ball()
    {
        double norm = NormReference.Norm(_x);
        if (_case.Type.Real().Round(norm) <= _parameter)
        {
            Require(_x.AsSpan().SequenceEqual(_y), $"an interior point moved");
            return;
        }
        Require(Math.Abs(NormReference.Norm(_y) - _parameter) <= 4 * _ulp * _parameter, $"the norm is {NormReference.Norm(_y):R}, not {_parameter:R}");
        for (int j = 0; j < _x.Length; j++)
            Require(Math.Abs((_y[j] * (norm / _parameter)) - _x[j]) <= (8 * _ulp * Math.Abs(_x[j])) + (Least * (norm / _parameter)), $"y[{j}] is not along x");
    }

    // One θ: what every active group lost, at least what a group lost that vanished.
    private void L1InfBall()
    {
        MapRow row = _case.Row(0);
        double norm = 0, inner = 0;
        Multiplier theta = new();
        for (int g = 0; g < row.Groups; g++)
        {
            double level = 0, largest = 0, lost = 0, size = 0;
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                level = Math.Max(level, Math.Abs(_y[j]));
                largest = Math.Max(largest, Math.Abs(_x[j]));
                lost += Math.Abs(_x[j]) - Math.Abs(_y[j]);
                size += Math.Abs(_x[j]);
            }
            for (int j = row.Begin(g); j < row.End(g); j++)
                Require(_y[j] == _x[j] || (Math.Abs(_y[j]) == level && Math.Abs(_x[j]) >= level * (1 - (2 * _ulp)) && (level == 0 || Math.Sign(_y[j]) == Math.Sign(_x[j]))), $"y[{j}] is neither x nor its group's level");
            norm += level;
            inner += largest;
            if (row.End(g) > row.Begin(g) && largest > 0)
                theta.Add(lost, ((4 * _ulp) + (4 * Fine)) * size, false, level == 0, swapped: true);
        }
        if (_case.Type.Real().Round(inner) <= _parameter)
        {
            Require(_x.AsSpan().SequenceEqual(_y), $"an interior point moved");
            return;
        }
        Require(Math.Abs(norm - _parameter) <= (4 * _ulp * _parameter) + (4 * Fine * inner), $"the norm is {norm:R}, not {_parameter:R}");
        Require(theta.Holds, $"no multiplier: {theta}");
    }

    // Monotone, each block its mean, and no prefix of a block below (increasing) the block's value.
    private void Isotonic()
    {
        MapRow row = _case.Row(0);
        int sign = _case.Map.Descending ? -1 : 1;
        for (int begin = 0, end; begin < _x.Length; begin = end)
        {
            CompensatedSum total = default, weight = default, magnitude = default;
            for (end = begin; end < _x.Length && _y[end] == _y[begin]; end++)
            {
                total.Add(row.Weight(end) * (_x[end] - _y[begin]));
                weight.Add(row.Weight(end));
                magnitude.Add(row.Weight(end) * Math.Abs(_x[end]));
                // The multiplier of y_j ≤ y_{j+1} is the sum of w·(x − y) so far: it must not be negative.
                double slack = (((2 * _ulp * Math.Abs(_y[begin])) + Least) * weight.Value) + (4 * Fine * magnitude.Value);
                Require(sign * total.Value >= -slack, $"block [{begin}, …]: the multiplier behind {end} is {sign * total.Value:R}");
            }
            Require(end == _x.Length || sign * (_y[end] - _y[begin]) > 0 || Math.Abs(_y[end] - _y[begin]) <= 2 * _ulp * Math.Abs(_y[begin]), $"not monotone at {end}");
            double allowed = (((2 * _ulp * Math.Abs(_y[begin])) + Least) * weight.Value) + (4 * Fine * magnitude.Value);
            Require(Math.Abs(total.Value) <= allowed, $"block [{begin}, {end}) is off its mean by {total.Value / weight.Value:R}");
        }
    }

    // y is majorised by w, and ⟨x − y, z − y⟩ ≤ 0 for the permutation z of w that is best for x − y.
    private void Permutahedron()
    {
        double[] w = [.. _case.Weights!.OrderDescending()], sorted = [.. _y.OrderDescending()], residual = [.. _x.Zip(_y, (a, b) => a - b).OrderDescending()];
        CompensatedSum left = default, right = default, best = default, own = default, magnitude = default;
        double scale = Spread(_ => true) + w.Max(Math.Abs);
        for (int j = 0; j < w.Length; j++)
        {
            left.Add(sorted[j]);
            right.Add(w[j]);
            Require(left.Value <= right.Value + (4 * (_ulp + Fine) * scale * (j + 1)), $"the {j + 1} largest add up to {left.Value:R}, above {right.Value:R}");
            best.Add(residual[j] * w[j]);
            own.Add((_x[j] - _y[j]) * _y[j]);
            magnitude.Add((Math.Abs(residual[j]) * (Math.Abs(w[j]) + scale)) + (scale * Math.Abs(sorted[j])));
        }
        Require(Math.Abs(left.Value - right.Value) <= 4 * (_ulp + Fine) * scale * w.Length, $"the sums differ");
        Require(best.Value - own.Value <= 8 * (_ulp + Fine) * magnitude.Value, $"a vertex is better by {best.Value - own.Value:R}");
    }

    private void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Complaint complaint)
    {
        if (!holds && _errors.Count < 8)
            _errors.Add(complaint.Text());
    }

    /// <summary>The interval of multipliers that all entries allow: about a value where an entry is free, from it on or up to it where it is at a bound.</summary>
    private sealed class Multiplier
    {
        private double _low = double.NegativeInfinity;

        public double High { get; private set; } = double.PositiveInfinity;

        public bool Holds => _low <= High;

        // At its lower bound an entry asks for τ ≥ value, at its upper bound for τ ≤ value; swapped, the other way around.
        public void Add(double value, double slack, bool atLower, bool atUpper, bool swapped = false)
        {
            bool onlyFrom = swapped ? atUpper : atLower, onlyUpTo = swapped ? atLower : atUpper;
            if (!onlyUpTo)
                _low = Math.Max(_low, value - slack);
            if (!onlyFrom)
                High = Math.Min(High, value + slack);
        }

        public override string ToString() => $"at least {_low:R}, at most {High:R}";
    }
}
