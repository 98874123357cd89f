using System;
using System.Collections.Generic;

using Gibbs.Cli.Images;
using Gibbs.Cli.Train;

namespace Gibbs.Cli.Transport;

/// <summary>Colours as points of the unit cube, and the transport between those of two pictures.</summary>
internal sealed class ColorTransport(SinkhornOptions options, int samples, ulong seed)
{
    public (SinkhornResult Result, RgbImage Picture) Recolour(RgbImage picture, RgbImage palette, IProgress<SinkhornProgress>? progress)
    {
        SeededRandom random = new(seed);
        float[,] x = Draw(picture, random), y = Draw(palette, random);
        float[] potential = new float[y.GetLength(0)];
        SinkhornResult result = Sinkhorn.SolvePoints(x, y, new() { TargetPotential = potential }, options, new() { Progress = progress });

        // Every colour once: a photograph has a tenth as many as pixels.
        Dictionary<int, int> places = [];
        for (long pixel = 0; pixel < (long)picture.Width * picture.Height; pixel++)
            places.TryAdd(Packed(picture.Pixels, pixel), places.Count);
        float[,] colours = new float[places.Count, 3], mapped = new float[places.Count, 3];
        foreach ((int packed, int place) in places)
        {
            colours[place, 0] = (packed >> 16) / 255f;
            colours[place, 1] = ((packed >> 8) & 255) / 255f;
            colours[place, 2] = (packed & 255) / 255f;
        }

        ElasticMap.Apply(colours, y, potential, new() { Mapped = mapped }, new() { Epsilon = options.Epsilon });
        byte[] pixels = new byte[picture.Pixels.Length];
        for (long pixel = 0; pixel < (long)picture.Width * picture.Height; pixel++)
        {
            int place = places[Packed(picture.Pixels, pixel)];
            for (int c = 0; c < 3; c++)
                pixels[(3 * pixel) + c] = (byte)Math.Clamp(MathF.Round(255 * mapped[place, c]), 0, 255);
        }

        return (result, picture with { Pixels = pixels });
    }

    // Pixels at random, or all where there are no more.
    private float[,] Draw(RgbImage picture, SeededRandom random)
    {
        long count = (long)picture.Width * picture.Height;
        int drawn = (int)Math.Min(samples, count);
        float[,] points = new float[drawn, 3];
        for (int i = 0; i < drawn; i++)
        {
            long pixel = count <= samples ? i : (long)(random.NextDouble() * count);
            for (int c = 0; c < 3; c++)
                points[i, c] = picture.Pixels[(3 * pixel) + c] / 255f;
        }

        return points;
    }

    private static int Packed(byte[] pixels, long pixel) => (pixels[3 * pixel] << 16) | (pixels[(3 * pixel) + 1] << 8) | pixels[(3 * pixel) + 2];
}
