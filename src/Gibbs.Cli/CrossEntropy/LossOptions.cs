using System;
using System.CommandLine;

using Gibbs.Cli.Losses;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>The scalars of the loss as options of a command: what <c>cross-entropy</c> and <c>train</c> share.</summary>
internal sealed class LossOptions
{
    private readonly Option<double> _labelSmoothing = ReductionOptions.LabelSmoothing();

    private readonly Option<double> _zLoss = CommonOptions.Real(
        "--z-loss", 0, static l => l >= 0, "finite and not negative", "λ of the term λ·lse², lse the log-sum-exp of the row.");

    private readonly Option<double> _softcap = CommonOptions.Real(
        "--softcap", 0, static c => c >= 0, "finite and positive, or 0 for none", "c: logits z become c·tanh(z/c), before the temperature; 0 for none.");

    private readonly Option<double> _temperature = CommonOptions.Real(
        "--temperature", 1, static t => t > 0, "finite and positive", "T: logits are divided by it.");

    private readonly Option<double> _entropyWeight = CommonOptions.Real(
        "--entropy-weight", 0, static _ => true, "finite", "β of the term −β·H, H the entropy of the row; positive rewards entropy.");

    private readonly Option<TargetLoss> _targetLoss = CommonOptions.Name<TargetLoss>(
        "--target-loss", "cross-entropy|focal|poly1|comp-sum", "What takes the place of −log p of the target (default cross-entropy, −log p itself).");

    private readonly Option<double> _targetLossParameter = CommonOptions.Real(
        "--target-loss-parameter", double.NaN, static _ => true, "finite", "γ of focal, ε of poly1 or τ of comp-sum.");

    private readonly Option<double> _maxSuppression = CommonOptions.Real(
        "--max-suppression", 0, static _ => true, "finite", "α of the term α·(max z − mean z).");

    private readonly Option<double> _logitPenalty = CommonOptions.Real(
        "--logit-penalty", 0, static n => n >= 0, "finite and not negative", "ν of the term (ν/2)·Σ (z − c)².");

    private readonly Option<double> _logitPenaltyCenter = CommonOptions.Real(
        "--logit-penalty-center", 0, static _ => true, "finite", "c of the logit penalty.");

    private Option[] All =>
        [_labelSmoothing, _zLoss, _softcap, _temperature, _entropyWeight, _targetLoss, _targetLossParameter, _maxSuppression, _logitPenalty, _logitPenaltyCenter];

    public void AddTo(Command command) => Array.ForEach(All, command.Add);

    /// <summary>The first option given that other losses do not know; null for none.</summary>
    public string? FirstBeyondSmoothing(ParseResult parsed) =>
        Array.Find(All, option => option != _labelSmoothing && parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>The values, checked against each other.</summary>
    public CrossEntropyOptions Read(ParseResult parsed)
    {
        TargetLoss loss = parsed.GetValue(_targetLoss);
        bool given = parsed.GetResult(_targetLossParameter) is { Implicit: false };
        double parameter = given ? parsed.GetValue(_targetLossParameter) : 0;
        if (loss == TargetLoss.CrossEntropy && given)
            throw new UsageFailure("--target-loss-parameter needs --target-loss focal, poly1 or comp-sum");
        if (loss != TargetLoss.CrossEntropy && !given)
            throw new UsageFailure("--target-loss needs --target-loss-parameter: γ of focal, ε of poly1 or τ of comp-sum");
        if (loss is TargetLoss.Focal or TargetLoss.CompSum && parameter < 0)
            throw new UsageFailure(FormattableString.Invariant($"--target-loss-parameter '{parameter}' is wrong: it must not be negative, except for poly1"));
        return new()
        {
            LabelSmoothing = parsed.GetValue(_labelSmoothing),
            ZLoss = parsed.GetValue(_zLoss),
            Softcap = parsed.GetValue(_softcap),
            Temperature = parsed.GetValue(_temperature),
            EntropyWeight = parsed.GetValue(_entropyWeight),
            TargetLoss = loss,
            TargetLossParameter = parameter,
            MaxSuppression = parsed.GetValue(_maxSuppression),
            LogitPenalty = parsed.GetValue(_logitPenalty),
            LogitPenaltyCenter = parsed.GetValue(_logitPenaltyCenter),
        };
    }
}
