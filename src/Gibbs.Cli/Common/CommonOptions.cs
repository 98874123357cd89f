using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Gibbs.Cli;

/// <summary>The element type of logits.</summary>
internal enum ElementType
{
    Float32,
    Float64,
    Float16,
    BFloat16,
}

/// <summary>Options that several commands share, and numbers that are parsed the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<DeviceRequest> Device() => new("--device")
    {
        Description = "Where to run: auto (cuda where there is a CUDA device, else cpu), cpu, cuda, cuda:N or emulated (the kernels, run on the CPU for tests).",
        HelpName = "cpu|cuda|cuda:N|emulated|auto",
        DefaultValueFactory = static _ => DeviceRequest.Auto,
        CustomParser = static result => Parse(result, DeviceRequest.TryParse, "is no device: cpu, cuda, cuda:N, emulated and auto are", DeviceRequest.Auto),
    };

    public static Option<bool> Json() => new("--json")
    {
        Description = "Write the result as exactly one line of JSON on stdout, and nothing else. Numbers that are not finite are null.",
    };

    public static Option<ElementType?> Type(string description) => new("--type")
    {
        Description = description,
        HelpName = "float32|float64|float16|bfloat16",
        CustomParser = static result => Parse<ElementType?>(result, TryParseName<ElementType>, "is no type: float32, float64, float16 and bfloat16 are", null),
    };

    /// <summary>A finite number that passes a test.</summary>
    /// <param name="name">The option.</param>
    /// <param name="initial">Its default; NaN for none.</param>
    /// <param name="allowed">What is right.</param>
    /// <param name="requirement">In words: "must be …".</param>
    /// <param name="description">For help.</param>
    public static Option<double> Real(string name, double initial, Predicate<double> allowed, string requirement, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = double.IsNaN(initial) ? null : _ => initial,
        CustomParser = result =>
        {
            if (!double.TryParse(Token(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                return Wrong<double>(result, "is not a number");
            return double.IsFinite(value) && allowed(value) ? value : Wrong<double>(result, $"is wrong: it must be {requirement}");
        },
    };

    /// <summary>An integer in [minimum, maximum]; <paramref name="initial"/> null for no default.</summary>
    public static Option<long> Integer(string name, long? initial, long minimum, long maximum, string description) => new(name)
    {
        Description = description,
        HelpName = "integer",
        DefaultValueFactory = initial is { } number ? _ => number : null,
        CustomParser = result =>
        {
            if (!long.TryParse(Token(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
                return Wrong<long>(result, "is not an integer");
            if (value >= minimum && value <= maximum)
                return value;
            bool open = maximum is long.MaxValue or int.MaxValue && minimum > int.MinValue;
            return Wrong<long>(result, open ? $"is wrong: it must be at least {minimum}" : $"is wrong: it must be in [{minimum}, {maximum}]");
        },
    };

    public static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "file" };

    /// <summary>The names of an enumeration, without case; hyphens are ignored. Its value 0 is the default.</summary>
    public static Option<T> Name<T>(string name, string names, string description)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = names,
            CustomParser = result => Parse<T>(result, TryParseName, $"is none of {names.Replace("|", ", ", StringComparison.Ordinal)}", default),
        };

    /// <summary>Refuses an option that is given with a kind it does not go with.</summary>
    public static void Only(ParseResult parsed, Option option, bool allowed, string kind)
    {
        if (!allowed && parsed.GetResult(option) is { Implicit: false })
            throw new UsageFailure($"{option.Name} goes with --kind {kind}");
    }

    private delegate bool Parser<T>(string text, out T value);

    private static T Parse<T>(ArgumentResult result, Parser<T> parser, string complaint, T fallback)
    {
        if (parser(Token(result), out T value))
            return value;
        Wrong<T>(result, complaint);
        return fallback;
    }

    private static bool TryParseName<T>(string text, out T? value)
        where T : struct, Enum
    {
        bool parsed = TryParseName(text, out T name);
        value = name;
        return parsed;
    }

    private static bool TryParseName<T>(string text, out T value)
        where T : struct, Enum
    {
        // Letters only at the start: Enum.TryParse would take numbers and lists too.
        value = default;
        return text.Length > 0 && char.IsAsciiLetter(text[0]) && !text.Contains(',')
            && Enum.TryParse(text.Replace("-", string.Empty, StringComparison.Ordinal), ignoreCase: true, out value);
    }

    private static string Token(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty;

    private static T? Wrong<T>(ArgumentResult result, string complaint)
    {
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} '{Token(result)}' {complaint}");
        return default;
    }
}
