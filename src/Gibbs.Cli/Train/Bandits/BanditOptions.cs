using System.Collections.Generic;
using System.CommandLine;

namespace Gibbs.Cli.Train.Bandits;

/// <summary>What there is to train.</summary>
internal enum TrainTask
{
    Digits,
    Bandit,
}

/// <summary>The task, and the options of the bandit.</summary>
internal sealed class BanditOptions
{
    private const double UsualRate = 0.5;

    private readonly Option<TrainTask> _task = CommonOptions.Name<TrainTask>("--task", "digits|bandit", "A classifier (default), or a softmax policy on a bandit.");
    private readonly Option<EntropyMethod> _method = CommonOptions.Name<EntropyMethod>(
        "--entropy", "none|bonus|tsallis|band|siren", "Bandit: how the policy is kept from being sure too soon (default bonus).");

    private readonly Option<double> _weight = CommonOptions.Real("--entropy-weight", 0.4, static w => w >= 0, "not negative", "Bandit: the weight of the entropy term.");
    private readonly Option<long> _states = CommonOptions.Integer("--states", 24, 1, 65536, "Bandit: how many states.");
    private readonly Option<long> _arms = CommonOptions.Integer("--arms", 32, 2, 65536, "Bandit: how many arms each state has.");
    private readonly Option<long> _samples = CommonOptions.Integer("--samples", 8, 2, 65536, "Bandit: how many arms are tried in each state a step.");
    private readonly Option<long> _steps = CommonOptions.Integer("--steps", 400, 1, 1_000_000, "Bandit: steps.");

    private IEnumerable<Option> Own => [_method, _weight, _states, _arms, _samples, _steps];

    public void AddTo(Command command)
    {
        command.Add(_task);
        foreach (Option option in Own)
            command.Add(option);
    }

    /// <summary>The bandit's settings, null for another task.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Options that the bandit does not take.</param>
    /// <param name="rate">The step's length, where given.</param>
    /// <param name="seed">As for every task.</param>
    public BanditSettings? Read(ParseResult parsed, IEnumerable<Option> others, double? rate, ulong seed)
    {
        bool bandit = parsed.GetValue(_task) == TrainTask.Bandit;
        foreach (Option option in bandit ? others : Own)
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageFailure($"{option.Name} goes with --task {(bandit ? "digits" : "bandit")}");
        }

        return !bandit
            ? null
            : new(
                parsed.GetValue(_method),
                parsed.GetValue(_weight),
                (int)parsed.GetValue(_states),
                (int)parsed.GetValue(_arms),
                (int)parsed.GetValue(_samples),
                (int)parsed.GetValue(_steps),
                rate ?? UsualRate,
                seed);
    }
}
