using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Gibbs.Cli.Bench;

/// <summary>
/// Times an operation and its yardsticks in turns: a sample is one sweep over all buffers, so that each finds its buffer evicted, and every round takes one sample
/// of each.
/// </summary>
/// <param name="buffers">The number of buffers.</param>
/// <param name="budget">How long to measure, after the warm-up.</param>
internal sealed class BenchSampler(int buffers, TimeSpan budget)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private const int MinSamples = 5;
    private const int MaxSamples = 201;

    /// <param name="prepare">Untimed, before each sweep of the operation; null for nothing.</param>
    /// <param name="time">Runs an action and returns its milliseconds.</param>
    /// <param name="operation">The operation on one buffer.</param>
    /// <param name="yardsticks">The ways to move the same bytes, on one buffer.</param>
    public BenchFigures Run(Action? prepare, Func<Action, double> time, Action<int> operation, params (string Name, Action<int> Move)[] yardsticks)
    {
        List<double> samples = [];
        List<double>[] moves = Array.ConvertAll(yardsticks, static _ => new List<double>());
        double Sweep(Action<int> action) => time(() =>
        {
            for (int i = 0; i < buffers; i++)
                action(i);
        }) / buffers;

        long begin = Stopwatch.GetTimestamp();
        long measured = begin;
        bool warm = false;
        while (true)
        {
            prepare?.Invoke();
            samples.Add(Sweep(operation));
            for (int i = 0; i < yardsticks.Length; i++)
                moves[i].Add(Sweep(yardsticks[i].Move));
            if (!warm && Stopwatch.GetElapsedTime(begin) >= WarmUp)
            {
                // What was sampled so far paid for compilation, page faults and sleeping clocks.
                warm = true;
                measured = Stopwatch.GetTimestamp();
                samples.Clear();
                Array.ForEach(moves, static list => list.Clear());
                continue;
            }

            if (warm && samples.Count >= MinSamples && (samples.Count >= MaxSamples || Stopwatch.GetElapsedTime(measured) >= budget))
                break;
        }

        int best = 0;
        for (int i = 1; i < yardsticks.Length; i++)
            best = Median(moves[i]) < Median(moves[best]) ? i : best;
        return new(Median(samples), Median(moves[best]), yardsticks[best].Name, buffers, samples.Count);
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
