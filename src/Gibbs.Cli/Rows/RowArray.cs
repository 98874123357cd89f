using System;

using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Rows;

/// <summary>An optional input with a number for every row.</summary>
internal readonly struct RowArray<T>(T[]? values)
    where T : unmanaged
{
    /// <summary>Of a file, checked against the rows; absent for null.</summary>
    public static RowArray<T> Read(string? path, string what, int rows) => new(InputFiles.Real<T>(path, what, integersToo: true, rows));

    public ReadOnlySpan<T> First(int rows) => values is null ? default : values.AsSpan(0, rows);

    public DeviceSpan<T> Upload(DeviceArrays arrays, long rows) => DeviceArrays.First(arrays.Upload(values), rows);
}

/// <summary>An optional input with a class for every row.</summary>
internal readonly struct RowTargets(int[]? classes, long[]? longClasses)
{
    /// <summary>Of a file, checked against the rows and the columns; absent for null. A class outside fails.</summary>
    public static RowTargets Read(string? path, int rows, int columns)
    {
        // No class is ignored.
        (int[]? classes, long[]? longClasses) = InputFiles.Targets(path, rows, columns, ignoreIndex: null);
        return new(classes, longClasses);
    }

    public TargetSpan First(int rows) => longClasses is not null ? new(longClasses.AsSpan(0, rows)) : classes is not null ? new(classes.AsSpan(0, rows)) : default;

    public DeviceTargetSpan Upload(DeviceArrays arrays, long rows) =>
        longClasses is not null ? arrays.Upload(longClasses).Slice(0, rows) : classes is not null ? arrays.Upload(classes).Slice(0, rows) : default;
}
