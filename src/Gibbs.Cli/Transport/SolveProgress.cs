using System;
using System.Diagnostics;
using System.Globalization;

using Spectre.Console;

namespace Gibbs.Cli.Transport;

/// <summary>Shows on a terminal how far a solve is; nothing where output goes elsewhere, or where one line of JSON is wanted.</summary>
internal static class SolveProgress
{
    private const double MillisecondsBetween = 100;

    public static TResult Show<TResult>(bool json, string what, Func<IProgress<SinkhornProgress>?, TResult> solve)
    {
        if (json || !AnsiConsole.Profile.Capabilities.Interactive || !AnsiConsole.Profile.Capabilities.Ansi || Console.IsOutputRedirected)
            return solve(null);
        return AnsiConsole.Status().Start(what, context => solve(new Line(context, what)));
    }

    private sealed class Line(StatusContext context, string what) : IProgress<SinkhornProgress>
    {
        private long _last;

        public void Report(SinkhornProgress value)
        {
            // Small problems come here a thousand times in a millisecond.
            if (_last != 0 && Stopwatch.GetElapsedTime(_last).TotalMilliseconds < MillisecondsBetween)
                return;
            _last = Stopwatch.GetTimestamp();
            context.Status = string.Create(CultureInfo.InvariantCulture, $"{what}: iteration {value.Iterations}, marginal error {value.MarginalError:0.0e+0}, epsilon {value.Epsilon:G6}");
        }
    }
}
