using System;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

using Gibbs.Cli.Images;

namespace Gibbs.Cli.Transport;

/// <summary><c>gibbs transport-colors</c>: one picture in the palette of another. Pixels of both are drawn, their colours transported, and the entropic map applied to every colour.</summary>
internal static class TransportColorsCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "transport-colors",
            "Recolour one picture with the palette of another, by optimal transport between their colours.",
            "Pictures are PNG (not interlaced) or binary PPM. Colours are points (red, green, blue) in [0, 1]^3 with cost ½|x - y|^2; the map from a sample of pixels is extended to every colour:\n"
            + "T(x) = sum_j p_j y_j with p_j in proportion to exp((g_j - ½|x - y_j|^2)/ε). A greater ε draws colours together.");
        Argument<string> from = new("FROM") { Description = "The picture to recolour, .png or .ppm." };
        Argument<string> to = new("TO") { Description = "The picture with the palette." };
        Argument<string> output = new("OUT") { Description = "The picture to write, .png or .ppm." };
        Option<double> epsilon = CommonOptions.Real("--epsilon", 1e-3, static e => e > 0, "positive", "ε, in units of squared colour.");
        Option<long> samples = CommonOptions.Integer("--samples", 2000, 2, 100_000, "Pixels drawn of either picture.");
        Option<long> limit = CommonOptions.Integer("--max-iterations", 10000, 1, int.MaxValue, "Limit of full iterations.");
        Option<long> seed = CommonOptions.Integer("--seed", 1, 0, long.MaxValue, "Decides which pixels are drawn.");
        Option<bool> json = CommonOptions.Json();
        command.Add(from);
        command.Add(to);
        command.Add(output);
        foreach (Option option in (ReadOnlySpan<Option>)[epsilon, samples, limit, seed, json])
            command.Add(option);
        command.SetAction(parsed =>
        {
            ColorTransport transport = new(
                new() { Epsilon = parsed.GetValue(epsilon), MaxIterations = (int)parsed.GetValue(limit), Metric = TransportMetric.ElasticL1(0) }, (int)parsed.GetValue(samples), (ulong)parsed.GetValue(seed));
            return Run(transport, parsed.GetValue(from)!, parsed.GetValue(to)!, parsed.GetValue(output)!, parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(ColorTransport transport, string from, string to, string output, bool json)
    {
        Action<System.IO.Stream, RgbImage> write = RgbImage.Writer(output);
        RgbImage picture = RgbImage.Read(from), palette = RgbImage.Read(to), recoloured = picture;
        using OutputFiles files = new();
        files.Add(output, stream => write(stream, recoloured));
        long begin = Stopwatch.GetTimestamp();
        SinkhornResult result;
        (result, recoloured) = SolveProgress.Show(json, "transport", progress => transport.Recolour(picture, palette, progress));
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        files.Commit();
        if (json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("operation", "transport-colors");
                writer.WriteShape("shape", picture.Height, picture.Width);
                writer.WriteReal("value", result.Value);
                writer.WriteReal("linearCost", result.LinearCost);
                writer.WriteReal("marginalError", result.MarginalError);
                writer.WriteNumber("iterations", result.Iterations);
                writer.WriteString("status", result.Status.ToString());
                writer.WriteNumber("seconds", Math.Round(seconds, 6));
            });
        }
        else
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{output}: {picture.Width} x {picture.Height}, colours moved by {Math.Sqrt(2 * result.LinearCost):0.000} (root mean square); {result.Status} after {result.Iterations} iterations, {seconds:0.00} s in all"));
        }

        if (result.Status != TransportStatus.MaxIterations)
            return 0;
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"gibbs: MaxIterations: the marginal error is {result.MarginalError:0.0e+0}; the picture is that of the last iteration (raise --max-iterations or --epsilon)"));
        return 1;
    }
}
