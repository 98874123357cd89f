using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gibbs;

/// <summary>Checks that every operation's validation is made of. Messages name the argument, what was given and what would be right, the same in every culture.</summary>
internal static class ArgumentChecks
{
    /// <summary>An optional array.</summary>
    /// <param name="name">The argument, with its member after a dot.</param>
    /// <param name="given">Its length, 0 where it is absent.</param>
    /// <param name="expected">The length that is right.</param>
    /// <param name="meaning">What that length is: "one per row of logits".</param>
    public static void Length(string name, long given, long expected, string meaning)
    {
        if (given != 0 && given != expected)
            Fail(name, $"{name} has {given} elements; it needs {expected}, {meaning}, or none.");
    }

    /// <summary>An optional matrix.</summary>
    /// <param name="name">The argument, with its member after a dot.</param>
    /// <param name="givenRows">Its rows.</param>
    /// <param name="givenColumns">Its columns; with either 0 it is absent.</param>
    /// <param name="rows">Rows that are right.</param>
    /// <param name="columns">Columns that are right.</param>
    /// <param name="meaning">What that shape is: "as logits".</param>
    public static void Matrix(string name, long givenRows, long givenColumns, long rows, long columns, string meaning)
    {
        bool empty = givenRows == 0 || givenColumns == 0;
        if (!empty && (givenRows != rows || givenColumns != columns))
            Fail(name, $"{name} is [{givenRows}, {givenColumns}]; it must be [{rows}, {columns}], {meaning}, or empty.");
    }

    /// <summary>A scalar in its range.</summary>
    public static void Range(bool valid, string parameter, string name, double given, string right)
    {
        if (!valid)
            FailRange(parameter, given, $"{name} is {given}; it must be {right}.");
    }

    /// <summary>Scalars are held in the arithmetic type: one that leaves it would act as infinity, or as none.</summary>
    /// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static void Held<TReal>(string parameter, string name, double given)
        where TReal : unmanaged
    {
        if (typeof(TReal) == typeof(float) && (!float.IsFinite((float)given) || (given != 0 && (float)given == 0)))
            FailRange(parameter, given, $"{name} is {given}, which fp32, the arithmetic of this type, cannot hold; it must be 0 or of a magnitude from {float.Epsilon} to {float.MaxValue}.");
    }

    /// <summary>Throws for an argument, or a member of one.</summary>
    [DoesNotReturn]
    public static void Fail(string name, FormattableString text) => throw new ArgumentException(Text(text), Root(name));

    /// <summary>Throws for a value out of its range.</summary>
    [DoesNotReturn]
    public static void FailRange(string parameter, double given, FormattableString text) => throw new ArgumentOutOfRangeException(parameter, given, Text(text));

    /// <summary>The parameter that a name with members or an index belongs to.</summary>
    public static string Root(string name) => name.Split('.', '[')[0];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
