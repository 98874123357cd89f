using System;
using System.Globalization;

using Gibbs.Cli.Images;

namespace Gibbs.Cli.Transport;

/// <summary>A plan as a picture: rows from the top, an entry a square, from white where nothing goes to dark where most of a row or column does.</summary>
internal static class PlanPicture
{
    // Small plans are drawn with squares that can be seen.
    private const int LeastSide = 480;

    public static RgbImage Draw<TReal>(TReal[] plan, int rows, int columns)
        where TReal : unmanaged
    {
        int square = Math.Max(1, LeastSide / Math.Max(rows, columns));
        RgbImage.CheckSize((long)columns * square, (long)rows * square);
        double largest = 0;
        foreach (TReal entry in plan)
            largest = Math.Max(largest, Value(entry));
        byte[] pixels = new byte[3L * rows * columns * square * square];
        long at = 0;
        for (int y = 0; y < rows * square; y++)
        {
            for (int x = 0; x < columns * square; x++)
            {
                // The square root: entries a hundredth of the largest are still seen.
                double shade = largest > 0 ? Math.Sqrt(Value(plan[((long)(y / square) * columns) + (x / square)]) / largest) : 0;
                pixels[at++] = Level(255 - (231 * shade));
                pixels[at++] = Level(255 - (215 * shade));
                pixels[at++] = Level(255 - (155 * shade));
            }
        }

        return new(columns * square, rows * square, pixels, null);
    }

    private static byte Level(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private static double Value<TReal>(TReal entry)
        where TReal : unmanaged
    {
        double value = Convert.ToDouble(entry, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? Math.Max(0, value) : 0;
    }
}
