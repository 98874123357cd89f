using System;
using System.Globalization;
using System.Linq;
using System.Text;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Harness;

internal enum TargetKind
{
    None,
    Int32,
    Int64,
    Soft,
}

[Flags]
internal enum Output
{
    None = 0,
    Losses = 1,
    Loss = 2,
    Gradient = 4,
    LogSumExp = 8,
    Entropy = 16,
    LogProbability = 32,
    Argmax = 64,
    Rank = 128,
    Status = 256,
    Statistics = 512,
    ValidRows = 1024,
    NormaliserUsed = 2048,
    ForStatistics = LogSumExp | Entropy | Argmax | Status | Statistics,
    ForSoft = ForStatistics | Losses | Loss | Gradient | ValidRows | NormaliserUsed,
    All = ForSoft | LogProbability | Rank,
}

/// <summary>One call, with everything that its result may and may not depend on. Values are held as doubles that the type represents exactly.</summary>
internal sealed record CrossEntropyCase
{
    public string Name { get; init; } = "";

    public ElementType Type { get; init; }

    public int Rows { get; init; }

    public int Columns { get; init; }

    public required double[] Logits { get; init; }

    public TargetKind TargetKind { get; init; }

    public long[] Targets { get; init; } = [];

    public double[]? SoftTargets { get; init; }

    public double[]? ClassWeights { get; init; }

    public double[]? RowWeights { get; init; }

    public double[]? RowTemperatures { get; init; }

    public CrossEntropyOptions Options { get; init; }

    /// <summary>On a device: the divisor in device memory. On spans: the same value as the host option.</summary>
    public double? DeviceNormaliser { get; init; }

    /// <summary>Upstream gradient [N] or [1]: the call is then <c>Gradient</c> from statistics that a first call saved.</summary>
    public double[]? Upstream { get; init; }

    public Output Outputs { get; init; } = Output.All;

    public bool InPlace { get; init; }

    /// <summary>Elements between rows beyond V, and of the first element beyond a 256-byte boundary.</summary>
    public int LogitsPadding { get; init; }

    public int LogitsOffset { get; init; }

    public int GradientPadding { get; init; }

    public int GradientOffset { get; init; }

    public int SoftPadding { get; init; }

    public int SoftOffset { get; init; }

    /// <summary>No red zone behind the arrays, so that a sanitizer sees what runs over their end.</summary>
    public bool Tight { get; init; }

    /// <summary>The caller brings the workspace.</summary>
    public bool OwnWorkspace { get; init; }

    /// <summary>0 automatic, 1…6 as gibbs_regime; the span form has none.</summary>
    public int Regime { get; init; }

    public Output AllowedOutputs => Outputs & (TargetKind switch { TargetKind.None => Output.ForStatistics, TargetKind.Soft => Output.ForSoft, _ => Output.All });

    public ReferenceProblem ToProblem() => new()
    {
        Rows = Rows,
        Columns = Columns,
        Logits = Logits,
        Targets = TargetKind is TargetKind.Int32 or TargetKind.Int64 ? Targets : null,
        SoftTargets = TargetKind == TargetKind.Soft ? SoftTargets : null,
        ClassWeights = ClassWeights,
        RowWeights = RowWeights,
        RowTemperatures = RowTemperatures,
        Options = Options,
        DeviceNormaliser = DeviceNormaliser,
        LargestReal = Type.Real().Largest(),
    };

    public string Describe()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {Type} [{Rows}, {Columns}] stride +{LogitsPadding} offset {LogitsOffset} targets {TargetKind}");
        text.Append(CultureInfo.InvariantCulture, $" gradient {(InPlace ? "in place" : $"stride +{GradientPadding} offset {GradientOffset}")} tight {Tight} regime {Regime}");
        text.Append(CultureInfo.InvariantCulture, $" workspace {OwnWorkspace} outputs [{AllowedOutputs}]\n  {Options}");
        Append(text, "logits", Logits);
        Append(text, "targets", Targets.Select(t => (double)t).ToArray());
        Append(text, "soft targets", SoftTargets);
        Append(text, "class weights", ClassWeights);
        Append(text, "row weights", RowWeights);
        Append(text, "row temperatures", RowTemperatures);
        Append(text, "upstream", Upstream);
        if (DeviceNormaliser is { } normaliser)
            text.Append(CultureInfo.InvariantCulture, $"\n  device normaliser {normaliser:R}");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, double[]? values)
    {
        if (values is null || values.Length == 0)
            return;
        string head = string.Join(", ", values.Take(24).Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        text.Append(CultureInfo.InvariantCulture, $"\n  {name} [{values.Length}] {head}{(values.Length > 24 ? ", …" : "")}");
    }
}
