using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Harness;

/// <summary>Compares a run with the reference, output by output, and says what is wrong.</summary>
internal sealed class Comparison
{
    private const int MostMessages = 12;

    private readonly CrossEntropyCase _case;
    private readonly CrossEntropyRun _run;
    private readonly ReferenceBatch _expected;
    private readonly Tolerance _tolerance;
    private readonly List<string> _errors = [];

    private Comparison(CrossEntropyCase c, CrossEntropyRun run)
    {
        (_case, _run) = (c, run);
        _expected = ReferenceBatch.Compute(c.ToProblem());
        _tolerance = new(c.Type, c.Options.Softcap != 0 || c.Options.Temperature != 1 || c.RowTemperatures is not null);
    }

    /// <summary>What is wrong, one line each; empty where all is well.</summary>
    public static IReadOnlyList<string> Errors(CrossEntropyCase c, CrossEntropyRun run)
    {
        Comparison comparison = new(c, run);
        comparison._errors.AddRange(run.Violations);
        comparison.CompareRows();
        comparison.CompareScalars();
        return comparison._errors;
    }

    private void CompareRows()
    {
        ReferenceRow[] rows = _expected.Rows;
        CompareReals(Output.Losses, r => r.Loss, r => _tolerance.Loss(r));
        CompareReals(Output.LogSumExp, r => r.LogSumExp, r => r.HasNumbers ? _tolerance.LogSumExp(r) : 0);
        CompareReals(Output.Entropy, r => r.Entropy, r => r.HasNumbers ? _tolerance.Entropy(r) : 0);
        CompareReals(Output.LogProbability, r => r.LogProbability, r => r.Status == RowStatus.Ok ? _tolerance.LogProbability(r) : 0);
        CompareExactly(Output.Argmax, [.. rows.Select(r => r.Argmax)]);
        CompareExactly(Output.Rank, [.. rows.Select(r => r.Rank)]);
        if (_run.Has(Output.Status))
        {
            RowStatus[] actual = _run.Status();
            for (int i = 0; i < rows.Length; i++)
                Check(actual[i] == rows[i].Status, () => $"Status[{i}] is {actual[i]}, expected {rows[i].Status}");
        }
        if (_run.Has(Output.Statistics))
            CompareStatistics();
        if (_run.Has(Output.Gradient))
            CompareGradient();
    }

    private void CompareStatistics()
    {
        RowStatistics<double>[] actual = _run.Statistics();
        for (int i = 0; i < actual.Length; i++)
        {
            ReferenceRow row = _expected.Rows[i];
            if (!row.HasNumbers)
                continue;
            RowStatistics<double> s = actual[i];
            // Without a softcap the maximum is one of the logits.
            double maximumBound = _case.Options.Softcap == 0 ? 0 : 4 * _tolerance.Normaliser(Math.Abs(row.Maximum));
            CheckReal($"Statistics[{i}].Maximum", s.Maximum, row.Maximum, maximumBound);
            CheckReal($"Statistics[{i}].LogSum", s.LogSum, row.LogSum, _tolerance.LogSum(row));
            CheckReal($"Statistics[{i}].MeanOffset", s.MeanOffset, row.MeanOffset, _tolerance.MeanOffset(row));
            if (row.Status == RowStatus.Ok && _case.TargetKind == TargetKind.Soft)
                CheckReal($"Statistics[{i}].TargetMass", s.TargetMass, row.TargetMass, 4 * _tolerance.Normaliser(Math.Abs(row.TargetMass)));
            Check(s.Argmax == row.Argmax, () => $"Statistics[{i}].Argmax is {s.Argmax}, expected {row.Argmax}");
            if (_case.Options.MaxSuppression != 0)
                Check(s.Unmasked == row.Unmasked, () => $"Statistics[{i}].Unmasked is {s.Unmasked}, expected {row.Unmasked}");
        }
    }

    private void CompareGradient()
    {
        double[] actual = _run.Gradient();
        // The computed divisor has an error of its own.
        bool computed = _case.Options.Reduction == Reduction.Mean && _case.Options.Normaliser is null && _case.DeviceNormaliser is null;
        double divisorError = computed && _expected.Normaliser != 0 ? _tolerance.Normaliser(_expected.NormaliserScale / Math.Abs(_expected.Normaliser)) : 0;
        for (int i = 0; i < _case.Rows; i++)
        {
            ReferenceRow row = _expected.Rows[i];
            double upstream = _case.Upstream is null ? 1 : _case.Upstream.Length == 1 ? _case.Upstream[0] : _case.Upstream[i];
            double largest = row.Gradient.Length == 0 ? 0 : row.Gradient.Max(Math.Abs), factor = Math.Abs(_expected.Factor(upstream));
            int rowIndex = i;
            for (int j = 0; j < _case.Columns && _errors.Count < MostMessages; j++)
            {
                double exact = _expected.Gradient(i, j, upstream), value = actual[(i * _case.Columns) + j];
                // A masked entry under a NaN upstream may be 0 or NaN.
                if (double.IsNaN(upstream) && row.Gradient[j] == 0)
                    continue;
                double bound = double.IsFinite(exact) ? (_tolerance.Gradient(row, j, largest) * factor) + (divisorError * Math.Abs(exact)) : 0;
                int column = j;
                if (row.Overflows && exact != 0)
                {
                    Check(!double.IsNaN(value), () => $"Gradient[{rowIndex}, {column}] is NaN where it saturates");
                    continue;
                }
                Check(
                    _tolerance.ElementIsClose(value, exact, bound),
                    () => $"Gradient[{rowIndex}, {column}] is {Text(value)}, expected {Text(exact)} ± {Text(bound)}, error {Text(value - exact)}; row gap {Text(row.Gap)}, largest {Text(largest)}");
            }
        }
    }

    private void CompareScalars()
    {
        if (!_expected.HasTargets)
            return;
        if (_run.Has(Output.ValidRows))
            Check(_run.ValidRows == _expected.ValidRows, () => $"ValidRows is {_run.ValidRows}, expected {_expected.ValidRows}");
        double normaliserBound = _tolerance.Normaliser(Math.Max(_expected.NormaliserScale, Math.Abs(_expected.Normaliser)));
        if (_run.Has(Output.NormaliserUsed))
            CheckReal("NormaliserUsed", _run.NormaliserUsed, _expected.Normaliser, normaliserBound);
        if (!_run.Has(Output.Loss))
            return;
        double bound = 0;
        if (double.IsFinite(_expected.Loss) && !_expected.Vanishes)
        {
            double rowBounds = _expected.Rows.Sum(r => r.Status == RowStatus.Ok ? _tolerance.Loss(r) + _tolerance.Normaliser(Math.Abs(r.Loss)) : 0);
            bound = rowBounds * Math.Abs(_expected.Factor());
            bound += _case.Options.Reduction == Reduction.Mean ? Math.Abs(_expected.Loss) * normaliserBound / Math.Abs(_expected.Normaliser) : 0;
        }
        CheckReal("Loss", _run.Loss, _expected.Loss, bound);
    }

    private void CompareReals(Output output, Func<ReferenceRow, double> exact, Func<ReferenceRow, double> bound)
    {
        if (!_run.Has(output))
            return;
        double[] actual = _run.Reals(output);
        for (int i = 0; i < actual.Length; i++)
            CheckReal($"{output}[{i}]", actual[i], exact(_expected.Rows[i]), bound(_expected.Rows[i]));
    }

    private void CompareExactly(Output output, long[] expected)
    {
        if (!_run.Has(output))
            return;
        long[] actual = _run.Integers(output);
        for (int i = 0; i < expected.Length; i++)
        {
            int row = i;
            Check(actual[i] == expected[i], () => $"{output}[{row}] is {actual[row]}, expected {expected[row]}");
        }
    }

    private void CheckReal(string name, double actual, double exact, double bound) => Check(
        _tolerance.RealIsClose(actual, exact, bound),
        () => $"{name} is {Text(actual)}, expected {Text(exact)} ± {Text(bound)}, error {Text(actual - exact)}");

    private void Check(bool holds, Func<string> message)
    {
        if (!holds && _errors.Count < MostMessages)
            _errors.Add(message());
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
