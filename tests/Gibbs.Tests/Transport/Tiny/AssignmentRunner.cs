using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Samples;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>A batch of assignment problems, the rows of one after those of the other.</summary>
internal sealed record AssignmentCase(ElementType Type, double[][] Scores, BalancedAssignmentOptions Options, int[]? Capacities = null)
{
    public int Tokens => Scores.Length / Options.Problems;

    public int Experts => Scores[0].Length;

    public static AssignmentCase Draw(ElementType type, int problems, int tokens, int experts, int[]? capacities = null, double tolerance = 1e-3, int seed = 1)
    {
        Random random = new(seed);
        double[][] scores = [.. Enumerable.Range(0, problems * tokens).Select(_ => Enumerable.Range(0, experts).Select(_ => type.Round(SampleCase.Normal(random))).ToArray())];
        return new(type, scores, new() { Problems = problems, Tolerance = tolerance }, capacities);
    }

    /// <summary>Places with an expert of a problem.</summary>
    public int Capacity(int problem, int expert) =>
        Capacities == null ? (Tokens + Experts - 1) / Experts : Capacities[Capacities.Length == Experts ? expert : (problem * Experts) + expert];
}

/// <summary>What a call gives.</summary>
internal sealed record AssignmentRun(int[] Experts, double[] Prices, BalancedAssignmentResult[] Results);

/// <summary>Runs balanced assignments on spans or on device memory; strided.</summary>
internal static class AssignmentRunner
{
    private delegate void DeviceForm<T>(CudaStream stream, DeviceSpan2D<T> scores, in DeviceBalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options, in DeviceBalancedAssignmentInputs inputs)
        where T : unmanaged;

    public static AssignmentRun Run(string device, AssignmentCase c) => device == "cpu" ? OnSpans(c) : c.Type switch
    {
        ElementType.Float32 => OnDevice<float>(c, BalancedAssignment.Solve),
        ElementType.Float64 => OnDevice<double>(c, BalancedAssignment.Solve),
        ElementType.Float16 => OnDevice<Half>(c, BalancedAssignment.Solve),
        _ => OnDevice<BFloat16>(c, BalancedAssignment.Solve),
    };

    // With scratch of exactly the size asked for where there is one problem, with the call's own otherwise.
    private static AssignmentRun OnDevice<T>(AssignmentCase c, DeviceForm<T> solve)
        where T : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        SampleRunner.Rows<T> scores = new(c.Type, c.Scores, 3);
        using DeviceBuffer<T> s = stream.Upload<T>(scores.Data);
        using DeviceBuffer<int> capacities = stream.Upload<int>(c.Capacities ?? []), experts = stream.Allocate<int>(c.Scores.Length);
        using DeviceBuffer<double> prices = stream.Allocate<double>(c.Options.Problems * c.Experts);
        using DeviceBuffer<BalancedAssignmentResult> results = stream.Allocate<BalancedAssignmentResult>(c.Options.Problems);
        using DeviceBuffer<byte> workspace = stream.Allocate<byte>(c.Options.Problems == 1 ? BalancedAssignment.WorkspaceBytes(stream, scores.On(s), c.Options) : 0);
        solve(stream, scores.On(s), new() { Experts = experts, Prices = prices, Results = results }, c.Options, new() { Capacities = capacities, Workspace = workspace });
        return new(experts.ToArray(), prices.ToArray(), results.ToArray());
    }

    private static AssignmentRun OnSpans(AssignmentCase c)
    {
        int[] experts = new int[c.Scores.Length];
        double[] prices = new double[c.Options.Problems * c.Experts];
        BalancedAssignmentResult[] results = new BalancedAssignmentResult[c.Options.Problems];
        BalancedAssignmentOutputs outputs = new() { Experts = experts, Prices = prices, Results = results };
        BalancedAssignmentInputs inputs = new() { Capacities = c.Capacities };
        switch (c.Type)
        {
            case ElementType.Float32:
                BalancedAssignment.Solve(new SampleRunner.Rows<float>(c.Type, c.Scores, 3).View, outputs, c.Options, inputs);
                break;
            case ElementType.Float64:
                BalancedAssignment.Solve(new SampleRunner.Rows<double>(c.Type, c.Scores, 3).View, outputs, c.Options, inputs);
                break;
            case ElementType.Float16:
                BalancedAssignment.Solve(new SampleRunner.Rows<Half>(c.Type, c.Scores, 3).View, outputs, c.Options, inputs);
                break;
            default:
                BalancedAssignment.Solve(new SampleRunner.Rows<BFloat16>(c.Type, c.Scores, 3).View, outputs, c.Options, inputs);
                break;
        }

        return new(experts, prices, results);
    }
}
