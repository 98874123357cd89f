using System;

using Gibbs.Cpu.Simd;

namespace Gibbs;

/// <content>Checks of what scalars and shared arrays hold. Arrays in device memory are not read.</content>
internal static partial class ProjectionValidation
{
    /// <summary>Throws where a shared array in host memory holds what it must not: weights not positive, bounds crossed, offsets decreasing, column parameters negative, NaN anywhere.</summary>
    /// <exception cref="ArgumentException">The message names the array, the element, what it holds and what would be right.</exception>
    public static void CheckArrays<T, TReal>(RowMap map, in ProjectionInputs<T, TReal> inputs, long columns)
        where T : unmanaged
        where TReal : unmanaged
    {
        CheckEach(inputs.ColumnParameters, "inputs.ColumnParameters", positive: false, negativeAllowed: false, "finite and at least 0");
        bool anySign = map.Kind == RowMapKind.Permutahedron;
        CheckEach(inputs.Weights, "inputs.Weights", positive: !anySign, negativeAllowed: anySign, anySign ? "finite" : "positive and finite");
        CheckEach(inputs.GroupWeights, "inputs.GroupWeights", positive: true, negativeAllowed: false, "positive and finite");
        CheckEach(inputs.GroupScales, "inputs.GroupScales", positive: true, negativeAllowed: false, "positive and finite");
        CheckBounds(inputs.Lower, inputs.Upper);
        CheckOffsets(inputs.GroupOffsets, columns);
    }

    // The map and its scalars, as the arithmetic type holds them.
    private static RowMapParts CheckMap<TReal>(RowMap map)
        where TReal : unmanaged
    {
        if (map.Kind == RowMapKind.None)
            ArgumentChecks.Fail("map", $"map is default(RowMap), no map; make one with a factory, such as RowMap.Sparsemax().");
        ArgumentChecks.Held<TReal>("map", RowMapTable.ParameterName(map.Kind), map.Parameter);
        ArgumentChecks.Held<TReal>("map", RowMapTable.SecondName(map.Kind), map.Second);

        // γ − 1 and a − 2 divide.
        double bound = map.Kind switch { RowMapKind.Mcp => 1, RowMapKind.Scad => 2, _ => double.NegativeInfinity };
        if (typeof(TReal) == typeof(float) && (float)map.Second <= bound)
            ArgumentChecks.FailRange("map", map.Second, $"{RowMapTable.SecondName(map.Kind)} is {map.Second}, which fp32, the arithmetic of this type, rounds to {bound}; it must stay greater.");
        return RowMapTable.Parts(map);
    }

    private static void CheckEach<TReal>(ReadOnlySpan<TReal> values, string name, bool positive, bool negativeAllowed, string right)
        where TReal : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            double value = Real.ToDouble(values[i]);
            bool valid = double.IsFinite(value) && (negativeAllowed || (positive ? value > 0 : value >= 0));
            if (!valid)
                ArgumentChecks.Fail(name, $"{name}[{i}] is {value}; it must be {right}.");
        }
    }

    // Absent: 0 and +∞.
    private static void CheckBounds<TReal>(ReadOnlySpan<TReal> lower, ReadOnlySpan<TReal> upper)
        where TReal : unmanaged
    {
        for (int i = 0; i < Math.Max(lower.Length, upper.Length); i++)
        {
            double l = lower.IsEmpty ? 0 : Real.ToDouble(lower[i]);
            double u = upper.IsEmpty ? double.PositiveInfinity : Real.ToDouble(upper[i]);
            if (!double.IsFinite(l))
                ArgumentChecks.Fail("inputs", $"inputs.Lower[{i}] is {l}; it must be finite.");
            if (!(u >= l))
                ArgumentChecks.Fail("inputs", $"inputs.Upper[{i}] is {u}; it must be at least the lower bound there, {l}.");
        }
    }

    private static void CheckOffsets(ReadOnlySpan<int> offsets, long columns)
    {
        if (offsets.IsEmpty)
            return;
        if (offsets[0] != 0)
            ArgumentChecks.Fail("inputs", $"inputs.GroupOffsets[0] is {offsets[0]}; it must be 0.");
        for (int group = 1; group < offsets.Length; group++)
        {
            if (offsets[group] < offsets[group - 1])
                ArgumentChecks.Fail("inputs", $"inputs.GroupOffsets[{group}] is {offsets[group]} after {offsets[group - 1]}; offsets must not decrease.");
        }

        if (offsets[^1] != columns)
            ArgumentChecks.Fail("inputs", $"inputs.GroupOffsets[{offsets.Length - 1}] is {offsets[^1]}; the last must be {columns}, the number of columns.");
    }
}
