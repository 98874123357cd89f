using System;
using System.Collections.Generic;
using System.CommandLine;

using Gibbs.Cli.Project;

namespace Gibbs.Cli.Train;

/// <summary>The proximal step on the weights as options of a command.</summary>
internal sealed class WeightProxOptions
{
    private static readonly ProjectionKind[] Kinds = Array.FindAll(ProjectionKinds.All, static kind => kind.Training != TrainingUse.None);

    // Those that a penalty does not set itself, each with a default.
    private static readonly Word[] Words =
    [
        Word.RequiredRadius with { Default = 2, Description = "r of a ball, per row." },
        Word.Threshold with { Default = 0.01, Description = "t of hard-threshold." },
        Word.K with { Default = 16, Description = "k of l0-ball, k-support and group-envelope, per row." },
        Word.N with { Default = 2 },
        Word.M with { Default = 4 },
        Word.GroupSize with { Description = "Entries per group; 0: whole rows." },
        Word.Ridge with { Default = 0.01 },
        Word.Gamma,
        Word.Delta,
    ];

    private readonly Option<string?> _kind = new("--weight-prox")
    {
        Description = "After each update, apply this map of gibbs project to the rows of the weight matrices [features, hidden] and [classes, hidden]: "
            + string.Join(", ", Array.ConvertAll(Kinds, static kind => kind.Name)) + ".",
        HelpName = "kind",
    };

    private readonly Option<double> _strength = CommonOptions.Real(
        "--prox-strength",
        double.NaN,
        static s => s >= 0,
        "finite and not negative",
        "λ of a penalty: the step of its proximal map is learning rate times λ. Default: "
            + string.Join(", ", Array.ConvertAll(Array.FindAll(Kinds, static kind => kind.Strength > 0), static kind => FormattableString.Invariant($"{kind.Name} {kind.Strength}"))) + ".");

    private readonly WordOptions _words = new(Words, "--prox-");

    public void AddTo(Command command)
    {
        command.Add(_kind);
        command.Add(_strength);
        _words.AddTo(command);
    }

    /// <summary>What the command line says; null for no proximal step.</summary>
    public WeightProxSettings? Read(ParseResult parsed)
    {
        WordValues words = _words.Read(parsed);
        bool strength = parsed.GetResult(_strength) is { Implicit: false };
        List<string> given = [];
        if (strength)
            given.Add("--prox-strength");
        foreach (Word word in Words)
        {
            if (words.Has(word))
                given.Add($"--prox-{word.Name}");
        }

        string? name = parsed.GetValue(_kind);
        if (name is null)
            return given.Count == 0 ? null : throw new UsageFailure($"{given[0]} needs --weight-prox");
        ProjectionKind kind = Array.Find(Kinds, kind => kind.Name == name)
            ?? throw new UsageFailure($"--weight-prox '{name}' is none of {string.Join(", ", Array.ConvertAll(Kinds, static kind => kind.Name))}");
        bool penalty = kind.Training == TrainingUse.Penalty;
        foreach (string option in given)
        {
            bool fits = option == "--prox-strength" ? penalty : Array.Exists(kind.Words, word => $"--prox-{word.Name}" == option && !(penalty && word.PerRow));
            if (!fits)
                throw new UsageFailure($"{option} does not go with --weight-prox {name}");
        }

        foreach (Word word in Words)
        {
            if (!words.Has(word))
                words = words.With(word, word.Default);
        }

        WeightProxSettings settings = new(kind, words, strength ? parsed.GetValue(_strength) : kind.Strength);
        // Scalars out of range are said before any data are read.
        settings.Create(1e-3, int.MaxValue);
        return settings;
    }
}
