using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport.Tiny;

namespace Gibbs;

/// <summary>
/// Assignment of tokens to experts with capacities, for the greatest sum of scores: routing that keeps every expert within its load. <see cref="BalancedAssignmentOptions"/> gives the problem; this file the span
/// overloads, which run on the CPU; <c>BalancedAssignment.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>An auction: a token without a place bids for the cheapest place of the expert that it likes best at current prices, by as much as it likes it better than the next expert and ε = τ·(max s − min s) more; who had the
/// place bids next. Prices certify the answer: the gap between it and the dual value is reported, and at most N·ε. −∞ scores forbid a pair. In fp64 whatever the storage; the same on every path. Memory beside the
/// arguments: 16 bytes per place and thread.</para>
/// <para>Bertsekas and Castañon, 1989 (the auction for transportation problems, places of an expert being alike); Lewis, Bhosale, Dettmers, Goyal, Zettlemoyer, 2021 (BASE layers). Scores may be logits, or those of a
/// relaxed plan: <see cref="DoublyStochastic"/>.</para>
/// </remarks>
public static partial class BalancedAssignment
{
    /// <summary>Assigns by float32 scores in host memory.</summary>
    /// <param name="scores">s [B·N, E]; −∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Capacities.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Solve(ReadOnlySpan2D<float> scores, in BalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in BalancedAssignmentInputs inputs = default) =>
        CpuBalancedAssignment.Solve(scores, outputs, options, inputs);

    /// <summary>As the float32 form, for float64 scores.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in BalancedAssignmentOutputs, in BalancedAssignmentOptions, in BalancedAssignmentInputs)"/>
    public static void Solve(ReadOnlySpan2D<double> scores, in BalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in BalancedAssignmentInputs inputs = default) =>
        CpuBalancedAssignment.Solve(scores, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 scores.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in BalancedAssignmentOutputs, in BalancedAssignmentOptions, in BalancedAssignmentInputs)"/>
    public static void Solve(ReadOnlySpan2D<Half> scores, in BalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in BalancedAssignmentInputs inputs = default) =>
        CpuBalancedAssignment.Solve(scores, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 scores.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in BalancedAssignmentOutputs, in BalancedAssignmentOptions, in BalancedAssignmentInputs)"/>
    public static void Solve(ReadOnlySpan2D<BFloat16> scores, in BalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options = default, in BalancedAssignmentInputs inputs = default) =>
        CpuBalancedAssignment.Solve(scores, outputs, options, inputs);
}
