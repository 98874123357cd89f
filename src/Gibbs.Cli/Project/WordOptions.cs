using System;
using System.Collections.Generic;
using System.CommandLine;

namespace Gibbs.Cli.Project;

/// <summary>Words as options of a command.</summary>
internal sealed class WordOptions
{
    private readonly string _prefix;
    private readonly (Word Word, Option Option)[] _options;

    /// <param name="words">Which.</param>
    /// <param name="prefix">Before each name: "--", or more where a command has other options of that name.</param>
    public WordOptions(IEnumerable<Word> words, string prefix = "--")
    {
        _prefix = prefix;
        List<(Word, Option)> options = [];
        foreach (Word word in words)
            options.Add((word, Option(word)));
        _options = [.. options];
    }

    public void AddTo(Command command)
    {
        foreach ((_, Option option) in _options)
            command.Add(option);
    }

    /// <summary>What the command line says.</summary>
    public WordValues Read(ParseResult parsed)
    {
        Dictionary<string, double> given = [];
        foreach ((Word word, Option option) in _options)
        {
            if (parsed.GetResult(option) is not { Implicit: false })
                continue;
            given[word.Name] = option switch
            {
                Option<double> real => parsed.GetValue(real),
                Option<long> integer => parsed.GetValue(integer),
                _ => parsed.GetValue((Option<bool>)option) ? 1 : 0,
            };
        }

        return new(_prefix, given);
    }

    private Option Option(Word word)
    {
        string name = _prefix + word.Name;
        return word.Kind switch
        {
            WordKind.Real => CommonOptions.Real(name, word.Default, static _ => true, "finite", word.Description),
            WordKind.Integer => CommonOptions.Integer(name, word.IsRequired ? null : (long)word.Default, int.MinValue, int.MaxValue, word.Description),
            _ => new Option<bool>(name) { Description = word.Description },
        };
    }
}

/// <summary>The scalars that a map is made of.</summary>
/// <param name="prefix">Of the options, for messages.</param>
/// <param name="given">By name.</param>
internal sealed class WordValues(string prefix, IReadOnlyDictionary<string, double> given)
{
    /// <summary>Typical values throughout.</summary>
    public static WordValues Typical { get; } = new("--", new Dictionary<string, double>()) { TypicalByDefault = true };

    /// <summary>Typical values take the place of missing ones: for benchmarks.</summary>
    public bool TypicalByDefault { get; init; }

    /// <summary>The word whose place an array takes.</summary>
    public Word? Replaced { get; init; }

    public bool Has(Word word) => given.ContainsKey(word.Name);

    public double Real(Word word) =>
        given.TryGetValue(word.Name, out double value) ? value
        : word == Replaced || (TypicalByDefault && word.Kind != WordKind.Flag) ? word.Typical
        : word.IsRequired ? throw new UsageFailure($"{prefix}{word.Name} is missing: {word.Description.TrimEnd('.')}")
        : word.Default;

    public int Integer(Word word) => (int)Real(word);

    public bool Flag(Word word) => Real(word) != 0;

    /// <summary>An array takes the place of a word.</summary>
    public WordValues WithReplaced(Word word) => new(prefix, given) { TypicalByDefault = TypicalByDefault, Replaced = word };

    /// <summary>With a value, given or not.</summary>
    public WordValues With(Word word, double value) =>
        new(prefix, new Dictionary<string, double>(given) { [word.Name] = value }) { TypicalByDefault = TypicalByDefault, Replaced = Replaced };

    public WordValues WithTypical() => new(prefix, given) { TypicalByDefault = true, Replaced = Replaced };

    /// <summary>Makes a map; what the library says against a scalar is said of its word.</summary>
    public RowMap Create(ProjectionKind kind)
    {
        try
        {
            return kind.Create(this);
        }
        catch (ArgumentOutOfRangeException exception) when (exception.ParamName is { } name)
        {
            string message = exception.Message;
            int end = message.IndexOf(" (Parameter", StringComparison.Ordinal);
            throw new UsageFailure($"{prefix}{Kebab(name)}: {(end < 0 ? message : message[..end]).TrimEnd('.')}");
        }
    }

    // groupSize to group-size.
    private static string Kebab(string name) =>
        string.Concat(Array.ConvertAll(name.ToCharArray(), static c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : c.ToString()));
}
