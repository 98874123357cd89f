using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Gibbs.Cli.Train.Bandits;

/// <summary>One run of <c>gibbs train --task bandit</c>: the method asked for beside plain policy gradient, return and entropy over time, as lines and as curves.</summary>
internal sealed class BanditRun(BanditSettings settings, string? plot, bool json)
{
    private const int Lines = 20;

    public void Execute()
    {
        List<BanditFigures> figures = [], plain = [];
        using OutputFiles files = new();
        if (plot is not null)
            files.Add(plot, stream => stream.Write(Encoding.UTF8.GetBytes(Curves(figures, plain))));
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (!json)
        {
            Console.WriteLine(string.Create(culture, $"bandit  {settings.States} states, {settings.Arms} arms, {settings.Samples} samples of each state a step; one arm pays 1, the others less than 0.6"));
            Console.WriteLine($"policy  softmax of a table, {Name}; on the CPU");
            Console.WriteLine("         return   entropy     without: return   entropy");
        }

        BanditTrainer trainer = new(settings), without = new(settings with { Method = EntropyMethod.None });
        for (int step = 0; step < settings.Steps; step++)
        {
            figures.Add(trainer.Step(step));
            plain.Add(without.Step(step));
            if (!json && ((step + 1) % Math.Max(1, settings.Steps / Lines) == 0 || step == 0))
            {
                BanditFigures a = figures[^1], b = plain[^1];
                Console.WriteLine(string.Create(culture, $"{step + 1,5}   {a.Return,7:0.000}   {100 * a.Entropy,5:0.0} %              {b.Return,7:0.000}   {100 * b.Entropy,5:0.0} %"));
            }
        }

        files.Commit();
        Report(figures[^1], plain[^1]);
    }

    private string Name => settings.Method switch
    {
        EntropyMethod.None => "without an entropy term",
        EntropyMethod.Bonus => "entropy bonus",
        EntropyMethod.Tsallis => "bonus of Tsallis entropy",
        EntropyMethod.Band => "entropy held in a band (EPO)",
        _ => "entropy of the uncertain half held at its start (SIREN)",
    };

    private void Report(BanditFigures last, BanditFigures plain)
    {
        if (json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("task", "bandit");
                writer.WriteString("method", settings.Method.ToString().ToLowerInvariant());
                writer.WriteNumber("steps", settings.Steps);
                writer.WriteReal("return", last.Return);
                writer.WriteReal("entropy", last.Entropy);
                writer.WriteReal("returnWithout", plain.Return);
                writer.WriteReal("entropyWithout", plain.Entropy);
            });
            return;
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"return {last.Return:0.000} with {100 * last.Entropy:0.0} % of the entropy left; without an entropy term {plain.Return:0.000} with {100 * plain.Entropy:0.0} %"));
        if (plot is not null)
            Console.WriteLine($"curves in {plot}");
    }

    private string Curves(List<BanditFigures> figures, List<BanditFigures> plain)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"Bandit, {settings.States} states and {settings.Arms} arms: return {figures[^1].Return:0.00} with {Name}, {plain[^1].Return:0.00} without");
        return CurvesSvg.Draw(
            title,
            "step",
            [.. figures.ConvertAll(static f => f.Step + 1)],
            (Name, "without an entropy term"),
            [
                new("return", false, [.. figures.ConvertAll(static f => f.Return)], [.. plain.ConvertAll(static f => f.Return)]),
                new("entropy, of the most there is", true, [.. figures.ConvertAll(static f => f.Entropy)], [.. plain.ConvertAll(static f => f.Entropy)]),
            ]);
    }
}
