using System;

namespace Gibbs.Cli.Npy;

/// <summary>Arrays that go with a matrix [N, V]: read, checked against its shape, converted.</summary>
internal static class InputFiles
{
    /// <summary>Real values of exactly this shape; null where there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">The array's role, for messages.</param>
    /// <param name="integersToo">Whether integers convert.</param>
    /// <param name="shape">What it must be.</param>
    public static T[]? Real<T>(string? path, string what, bool integersToo, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        if (path is null)
            return null;
        NpyArray array = NpyReader.Read(path);
        array.ExpectShape(what, shape);
        return array.ToReal<T>(what, integersToo);
    }

    /// <summary>Class indices [rows], int32 or int64 (uint8 is widened), each in [0, columns) or the ignore index, where there is one; at most one of the two is there.</summary>
    public static (int[]? Int32, long[]? Int64) Targets(string? path, int rows, int columns, long? ignoreIndex)
    {
        if (path is null)
            return default;
        NpyArray array = NpyReader.Read(path);
        array.ExpectShape("targets", rows);
        switch (array.Data)
        {
            case int[] targets:
                foreach (int target in targets)
                {
                    if ((uint)target >= (uint)columns)
                        Check(targets.Length, row => targets[row]);
                }

                return (targets, null);
            case long[] targets:
                Check(targets.Length, row => targets[row]);
                return (null, targets);
            case byte[] bytes:
                int[] widened = Array.ConvertAll(bytes, static value => (int)value);
                Check(widened.Length, row => widened[row]);
                return (widened, null);
            default:
                throw new Failure($"{path}: targets need int32, int64 or uint8 values, the file has {array.Type.Name()}");
        }

        void Check(int count, Func<int, long> target)
        {
            int wrong = 0;
            int first = -1;
            for (int row = 0; row < count; row++)
            {
                long value = target(row);
                if ((value >= 0 && value < columns) || value == ignoreIndex)
                    continue;
                first = first < 0 ? row : first;
                wrong++;
            }

            if (wrong > 0)
            {
                throw new Failure(
                    $"{path}: row {first}: target {target(first)} is outside [0, {columns}){(ignoreIndex is { } ignored ? $" and is not the ignore index {ignored}" : string.Empty)}"
                    + (wrong > 1 ? $" ({wrong} such rows)" : string.Empty));
            }
        }
    }
}
