using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;

namespace Gibbs.Cli.Train;

/// <summary>
/// Reads labelled rows from comma-separated values: features, then an integer label in the last column. A first line of names is skipped; so are empty lines.
/// </summary>
internal static class CsvData
{
    // A label column that holds something else (a year, an identifier) should fail, not make a model of a million classes.
    private const int MaxClasses = 65536;

    /// <summary>Reads a file, also one that ends in .gz.</summary>
    /// <exception cref="Failure">What is wrong, with line and column.</exception>
    public static LabelledData Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read);
            using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using StreamReader reader = new(stream);
            return Parse(reader, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Failure($"{path}: no such file");
        }
        catch (UnauthorizedAccessException)
        {
            throw new Failure(Directory.Exists(path) ? $"{path}: is a folder, not a CSV file" : $"{path}: permission denied");
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new Failure($"{path}: cannot be read: {exception.Message}");
        }
    }

    private static LabelledData Parse(TextReader reader, string path)
    {
        List<float> features = [];
        List<int> labels = [];
        int columns = 0;
        int firstLine = 0;
        int classes = 0;
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            int count = line.AsSpan().Count(',') + 1;
            if (firstLine == 0)
            {
                firstLine = number;
                columns = count;
                if (columns < 2)
                    throw new Failure($"{path}: line {number}: has no comma: features and a label are expected");
                if (IsHeader(line))
                    continue;
            }

            if (count != columns)
                throw new Failure($"{path}: line {number}: has {count} columns where line {firstLine} has {columns}");
            int column = 0;
            foreach (Range range in line.AsSpan().Split(','))
            {
                column++;
                ReadOnlySpan<char> field = line.AsSpan(range).Trim();
                if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                    throw new Failure($"{path}: line {number}, column {column}: '{field}' is not a number");
                if (column < columns)
                {
                    if (!float.IsFinite((float)value))
                        throw new Failure($"{path}: line {number}, column {column}: '{field}' is not finite");
                    features.Add((float)value);
                    continue;
                }

                if (value != Math.Floor(value) || value < 0 || value >= MaxClasses)
                    throw new Failure($"{path}: line {number}, column {column}: '{field}' is no label: labels are integers from 0 to {MaxClasses - 1}");
                labels.Add((int)value);
                classes = Math.Max(classes, (int)value + 1);
            }
        }

        if (labels.Count < 2)
            throw new Failure($"{path}: has {labels.Count} rows of data: at least 2 are needed, one to train and one to test");
        if (classes < 2)
            throw new Failure($"{path}: all labels are 0: at least two classes are needed");
        return new([.. features], [.. labels], columns - 1, classes);
    }

    // Names: no field is a number.
    private static bool IsHeader(string line)
    {
        foreach (Range range in line.AsSpan().Split(','))
        {
            if (double.TryParse(line.AsSpan(range).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                return false;
        }

        return true;
    }
}
