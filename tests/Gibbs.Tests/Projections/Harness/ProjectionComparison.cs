using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>
/// The tolerance rule of row maps, once. A number is known to <see cref="Roundings"/> roundings of the arithmetic type of the sum of the absolute values that are added up to it (2⁻²⁴ of it each in fp32,
/// 2⁻⁵³ in fp64, where the reference takes as many for itself, and a sum over a row in plain lanes one per eight entries), and to <see cref="WideRoundings"/> fp64 roundings of what the definition asks fp64 for. The result lies between these bounds, rounded to the storage type
/// and, for float16 and bfloat16, moved out by one ulp. Where nothing is added up, the bits are fixed.
/// </summary>
internal sealed class ProjectionComparison
{
    public const double Roundings = 4;
    public const double SumRoundings = 12;
    public const double WideRoundings = 128;

    private const int MostMessages = 8;

    private readonly ProjectionCase _case;
    private readonly ProjectionRun _run;
    private readonly Tolerance _tolerance;
    private readonly double _rounding;
    private readonly bool _zeroes;
    private readonly List<string> _errors = [];

    private ProjectionComparison(ProjectionCase c, ProjectionRun run)
    {
        (_case, _run) = (c, run);
        _tolerance = new(c.Type, false);
        _rounding = c.Type == ElementType.Float64 ? Math.ScaleB(2, -53) : Math.ScaleB(1, -24);
        RowMapKind kind = c.Map.Kind;
        // Where an entry that falls to 0 is +0, whatever its sign was; with threshold 0 nothing falls.
        _zeroes = ReferenceRowMap.IsSimplexLike(kind) || kind == RowMapKind.L1Ball
            || (kind is >= RowMapKind.SoftThreshold and <= RowMapKind.Scad && c.ColumnParameters is null && c.RowParameters is null && c.Map.Parameter > 0);
        _errors.AddRange(run.Violations);
    }

    public static ProjectionRun ConformsForward(ProjectionDevice device, ProjectionCase c)
    {
        ProjectionRun run = ProjectionRunner.Forward(device, c);
        Report(device, c, new ProjectionComparison(c, run).Forward());
        return run;
    }

    /// <summary>The gradient of the reference's result, rounded to the type, against the reference's gradient of just that.</summary>
    public static ProjectionRun ConformsGradient(ProjectionDevice device, ProjectionCase c)
    {
        (double[] y, double[] thresholds) = Saved(c);
        ProjectionRun run = ProjectionRunner.Gradient(device, c, y, thresholds);
        Report(device, c, new ProjectionComparison(c, run).Gradient(y, thresholds));
        return run;
    }

    /// <summary>What a perfect forward call leaves.</summary>
    public static (double[] Y, double[] Thresholds) Saved(ProjectionCase c)
    {
        MapResult[] results = [.. Enumerable.Range(0, c.Rows).Select(i => ReferenceRowMap.Forward(c.Row(i)))];
        return ([.. results.SelectMany(r => r.Y.Select(y => c.Type.Round(y)))], [.. results.Select(r => c.Type.Real().Round(r.Threshold))]);
    }

    public static List<string> ForwardErrors(ProjectionCase c, ProjectionRun run) => new ProjectionComparison(c, run).Forward();

    private static void Report(ProjectionDevice device, ProjectionCase c, List<string> errors)
    {
        if (errors.Count > 0)
            Assert.Fail($"{device.Memory.Name}: {string.Join("\n  ", errors)}\n{c.Describe()}");
    }

    private List<string> Forward()
    {
        for (int i = 0; i < _case.Rows; i++)
        {
            MapResult exact = ReferenceRowMap.Forward(_case.Row(i));
            if (_run.Has(MapOutput.Status))
                Check(_run.Status[i] == exact.Status, $"Status[{i}] is {_run.Status[i]}, expected {exact.Status}");
            if (_run.Has(MapOutput.Output))
                CompareOutput(i, exact);
            if (_run.Has(MapOutput.Thresholds) && !double.IsNaN(exact.ThresholdScale))
                CheckReal($"Thresholds[{i}]", _run.Reals(MapOutput.Thresholds)[i], exact.Threshold, Bound(exact.ThresholdScale, exact.ThresholdWideScale, SumRoundings));
            if (_run.Has(MapOutput.Values) && exact.Status == RowStatus.Ok)
                CheckReal($"Values[{i}]", _run.Reals(MapOutput.Values)[i], exact.Value, Bound(exact.Value, 0, SumRoundings));
            if (exact.Kept is { } kept)
                CompareMask(i, kept);
        }
        return _errors;
    }

    private void CompareOutput(int i, MapResult exact)
    {
        double[] y = _run.Y[(i * _case.Columns)..((i + 1) * _case.Columns)];
        for (int j = 0; j < y.Length && _errors.Count < MostMessages; j++)
        {
            bool sameBits = exact.Identical || exact.Kept is not null, isZero = _zeroes && !sameBits && y[j] == 0;
            if (isZero && double.IsNegative(y[j]))
                Check(false, $"y[{i}, {j}] is -0");
            if (exact.Scale[j] == 0 && exact.WideScale[j] == 0)
            {
                double rounded = _case.Type.Round(exact.Y[j]);
                if (sameBits ? !SameBits(y[j], rounded) : !y[j].Equals(rounded))
                    Check(false, $"y[{i}, {j}] is {Text(y[j])}, must be {Text(exact.Y[j])} to the bit");
            }
            else
                CheckElement("y", i, j, y[j], exact.Y[j], Bound(exact.Scale[j], exact.WideScale[j], Roundings));
        }
        if (_run.Has(MapOutput.SupportSize))
        {
            long support = y.Count(v => v != 0);
            Check(_run.Integers(MapOutput.SupportSize)[i] == support, $"SupportSize[{i}] is {_run.Integers(MapOutput.SupportSize)[i]}, but {support} entries of y are not 0");
        }
    }

    private void CompareMask(int i, bool[] kept)
    {
        int n = _case.Columns;
        if (_run.Has(MapOutput.Mask))
        {
            ReadOnlySpan<byte> mask = _run.Bytes[MapOutput.Mask].AsSpan(i * n, n);
            for (int j = 0; j < n; j++)
                Check(mask[j] == (kept[j] ? 1 : 0), $"Mask[{i}, {j}] is {mask[j]}, expected {kept[j]}");
        }
        if (!_run.Has(MapOutput.Compressed) && !_run.Has(MapOutput.Metadata))
            return;
        int[] places = [.. Enumerable.Range(0, n).Where(j => kept[j])];
        int columns = _case.CompressedColumns;
        for (int k = 0; k < columns; k++)
        {
            if (_run.Has(MapOutput.Metadata))
                Check(_run.Bytes[MapOutput.Metadata][(i * columns) + k] == places[k] % _case.Map.GroupSize, $"Metadata[{i}, {k}]");
            if (_run.Has(MapOutput.Compressed))
                Check(SameBits(_run.Elements(MapOutput.Compressed)[(i * columns) + k], _case.Input[(i * n) + places[k]]), $"Compressed[{i}, {k}]");
        }
    }

    private List<string> Gradient(double[] y, double[] thresholds)
    {
        int n = _case.Columns;
        double[] column = new double[n], columnScale = new double[n];
        for (int i = 0; i < _case.Rows; i++)
        {
            MapGradient exact = ReferenceGradient.Of(_case.Row(i), y[(i * n)..((i + 1) * n)], thresholds[i], _case.Upstream![(i * n)..((i + 1) * n)]);
            for (int j = 0; j < n; j++)
                (column[j], columnScale[j]) = (column[j] + exact.Column[j], columnScale[j] + Math.Abs(exact.Column[j]));
            if (exact.Ambiguous)
                continue;
            if (_run.Has(MapOutput.Gradient))
            {
                double[] actual = _run.Gradient[(i * n)..((i + 1) * n)];
                for (int j = 0; j < n && _errors.Count < MostMessages; j++)
                    CheckElement("dx", i, j, actual[j], exact.Input[j], Bound(exact.Scale[j], 0, SumRoundings));
            }
            if (_run.Has(MapOutput.Parameter))
                CheckReal($"dparameter[{i}]", _run.Reals(MapOutput.Parameter)[i], exact.Parameter, Bound(exact.ParameterScale, 0, SumRoundings));
            if (_run.Has(MapOutput.Second))
                CheckReal($"dsecond[{i}]", _run.Reals(MapOutput.Second)[i], exact.Second, Bound(exact.SecondScale, 0, SumRoundings));
        }
        for (int j = 0; j < n && _run.Has(MapOutput.ColumnParameters); j++)
            CheckReal($"dcolumn[{j}]", _run.Reals(MapOutput.ColumnParameters)[j], column[j], Bound(columnScale[j], 0, SumRoundings));
        return _errors;
    }

    private double Bound(double scale, double wideScale, double roundings) => ((roundings + (_case.Type == ElementType.Float64 && roundings == SumRoundings ? _case.Columns / 8 : 0)) * _rounding * scale) + (WideRoundings * Math.ScaleB(1, -53) * wideScale);

    private static bool SameBits(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

    // The message of what holds is never made: it would cost more than the test.
    private void CheckElement(string name, int i, int j, double actual, double exact, double bound)
    {
        if (!_tolerance.ElementIsClose(actual, exact, bound))
            Check(false, $"{name}[{i}, {j}] is {Text(actual)}, expected {Text(exact)} ± {Text(bound)}, error {Text(actual - exact)}");
    }

    private void CheckReal(string name, double actual, double exact, double bound) =>
        Check(_tolerance.RealIsClose(actual, exact, bound), $"{name} is {Text(actual)}, expected {Text(exact)} ± {Text(bound)}, error {Text(actual - exact)}");

    private void Check(bool holds, string message)
    {
        if (!holds && _errors.Count < MostMessages)
            _errors.Add(message);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
