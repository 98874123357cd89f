using System.CommandLine;

namespace Gibbs.Cli.Losses;

/// <summary>Which rows count, and how their losses become one number: what the losses on .npy files share.</summary>
internal sealed class ReductionOptions(bool withTargets = true)
{
    private readonly Option<long> _ignoreIndex = CommonOptions.Integer(
        "--ignore-index", -100, long.MinValue, long.MaxValue, "A target of this value has no loss and no gradient.");

    private readonly Option<Reduction> _reduction = CommonOptions.Name<Reduction>(
        "--reduction", "none|mean|sum", "How row losses become one number (default mean); with none the gradient is that of the sum.");

    private readonly Option<double> _normaliser = CommonOptions.Real(
        "--normaliser", double.NaN, static n => n >= 0, "finite and not negative", "The divisor of the mean, in place of the sum of the rows' weights.");

    public static Option<double> LabelSmoothing() => CommonOptions.Real(
        "--label-smoothing", 0, static s => s is >= 0 and <= 1, "in [0, 1]", "s: the target keeps 1 − s of its weight, s is spread evenly over all classes.");

    public void AddTo(Command command)
    {
        if (withTargets)
            command.Add(_ignoreIndex);
        command.Add(_reduction);
        command.Add(_normaliser);
    }

    public (long IgnoreIndex, Reduction Reduction, double? Normaliser) Read(ParseResult parsed)
    {
        (Reduction reduction, double? normaliser) = ReadReduction(parsed);
        return (parsed.GetValue(_ignoreIndex), reduction, normaliser);
    }

    public (Reduction Reduction, double? Normaliser) ReadReduction(ParseResult parsed)
    {
        Reduction reduction = parsed.GetValue(_reduction);
        double? normaliser = parsed.GetResult(_normaliser) is { Implicit: false } ? parsed.GetValue(_normaliser) : null;
        return normaliser is null || reduction == Reduction.Mean
            ? (reduction, normaliser)
            : throw new UsageFailure("--normaliser goes with --reduction mean");
    }
}
