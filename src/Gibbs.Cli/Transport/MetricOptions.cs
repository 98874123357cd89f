using System.CommandLine;

namespace Gibbs.Cli.Transport;

/// <summary>The cost of two points, as options: its name, and the numbers that some of them have.</summary>
internal sealed class MetricOptions
{
    private readonly Option<TransportMetricKind> _metric = CommonOptions.Name<TransportMetricKind>(
        "--metric",
        "squared-euclidean|euclidean|cosine|dot-product|power-norm|elastic-l1|elastic-k-support",
        "The cost of two points (default squared-euclidean: |x - y|^2, without 1/2).");

    private readonly Option<double> _power = CommonOptions.Real("--power", double.NaN, static p => p >= 1, "at least 1", "p of power-norm: sum |x_k - y_k|^p.");
    private readonly Option<double> _gamma = CommonOptions.Real("--gamma", double.NaN, static g => g >= 0, "at least 0", "γ of the elastic costs ½|z|² + γ·τ(z).");
    private readonly Option<long> _support = CommonOptions.Integer("--support", null, 1, int.MaxValue, "k of elastic-k-support.");

    public void AddTo(Command command)
    {
        command.Add(_metric);
        command.Add(_power);
        command.Add(_gamma);
        command.Add(_support);
    }

    public TransportMetric Read(ParseResult parsed, bool points)
    {
        if (!points && parsed.GetResult(_metric) is { Implicit: false })
            throw new UsageFailure("--metric goes with --x and --y");
        TransportMetricKind kind = parsed.GetValue(_metric);
        bool elastic = kind is TransportMetricKind.ElasticL1 or TransportMetricKind.ElasticKSupport;
        Check(parsed, _power, points && kind == TransportMetricKind.PowerNorm, "power-norm");
        Check(parsed, _gamma, points && elastic, "elastic-l1 or elastic-k-support");
        Check(parsed, _support, points && kind == TransportMetricKind.ElasticKSupport, "elastic-k-support");
        return kind switch
        {
            TransportMetricKind.Euclidean => TransportMetric.Euclidean,
            TransportMetricKind.Cosine => TransportMetric.Cosine,
            TransportMetricKind.DotProduct => TransportMetric.DotProduct,
            TransportMetricKind.PowerNorm => TransportMetric.PowerNorm(parsed.GetValue(_power)),
            TransportMetricKind.ElasticL1 => TransportMetric.ElasticL1(parsed.GetValue(_gamma)),
            TransportMetricKind.ElasticKSupport => TransportMetric.ElasticKSupport(parsed.GetValue(_gamma), (int)parsed.GetValue(_support)),
            _ => TransportMetric.SquaredEuclidean,
        };
    }

    private static void Check(ParseResult parsed, Option option, bool needed, string metric)
    {
        bool given = parsed.GetResult(option) is { Implicit: false };
        if (given != needed)
            throw new UsageFailure(given ? $"{option.Name} goes with --metric {metric}" : $"{option.Name} is missing: --metric {metric} needs it");
    }
}
