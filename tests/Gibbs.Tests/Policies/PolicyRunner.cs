using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Policies;

/// <summary>What a call wrote and returned.</summary>
internal sealed record PolicyRun(double[] TokenLosses, double[] Gradient, double[] EntropyGradient, PolicyFlags[] Flags, PolicyMetrics Metrics, double Loss);

/// <summary>Runs a case on "cpu".</summary>
internal static unsafe class PolicyRunner
{
    private delegate PolicyMetrics SpanForm<TReal>(ReadOnlySpan2D<TReal> logProbabilities, in PolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in PolicyLossInputs<TReal> inputs)
        where TReal : unmanaged;

    public static PolicyRun Run(string device, PolicyCase c) =>
        c.Type == ElementType.Float32 ? Run<float>(device, c, PolicyLoss.Compute) : Run<double>(device, c, PolicyLoss.Compute);

    private static PolicyRun Run<TReal>(string device, PolicyCase c, SpanForm<TReal> spans)
        where TReal : unmanaged
    {
        using TokenMemory memory = new(TestDevices.Get(device));
        int rows = c.Rows, columns = c.Columns, size = c.Type.Size();
        TokenMemory.Place Reals(string name, double[]? values, bool written = false) => memory.Reals(name, c.Type, values, rows, columns, c.Padding, c.Offset, written);
        TokenMemory.Place Out(string name, int bytes) => memory.Out(name, bytes, rows, columns, c.Padding + 1, c.Offset);
        bool entropyInPlace = c.InPlace && c.Entropies is not null;
        TokenMemory.Place logProbabilities = Reals("log-probabilities", c.LogProbabilities, c.InPlace), old = Reals("old", c.Old), reference = Reals("reference", c.Reference), proxy = Reals("proxy", c.Proxy);
        TokenMemory.Place advantages = Reals("advantages", c.Advantages), entropies = Reals("entropies", c.Entropies, entropyInPlace);
        TokenMemory.Place sequence = memory.Reals("sequence advantages", c.Type, c.SequenceAdvantages, rows, 1, 0, 0);
        TokenMemory.Place mask = memory.Bytes("mask", c.Mask, rows, columns, c.Padding, c.Offset), groups = memory.Longs("groups", c.GroupOffsets);
        TokenMemory.Place losses = Out("losses", size), flags = Out("flags", 1);
        TokenMemory.Place gradient = c.InPlace ? logProbabilities : Out("gradient", size), entropyGradient = entropyInPlace ? entropies : Out("entropy gradient", size);
        Span2D<T> Rows<T>(TokenMemory.Place at)
            where T : unmanaged => at.IsEmpty ? default : new((void*)at.Address, rows, columns, at.Stride - columns);
        PolicyLossInputs<TReal> inputs = new()
        {
            OldLogProbabilities = Rows<TReal>(old),
            ReferenceLogProbabilities = Rows<TReal>(reference),
            ProxyLogProbabilities = Rows<TReal>(proxy),
            Advantages = Rows<TReal>(advantages),
            SequenceAdvantages = sequence.IsEmpty ? default : new((void*)sequence.Address, rows),
            Mask = Rows<byte>(mask),
            Entropies = Rows<TReal>(entropies),
            GroupOffsets = groups.IsEmpty ? default : new((void*)groups.Address, c.GroupOffsets!.Length),
        };
        PolicyLossOutputs<TReal> outputs = new()
        {
            TokenLosses = Rows<TReal>(losses),
            LogProbabilityGradient = Rows<TReal>(gradient),
            EntropyGradient = Rows<TReal>(entropyGradient),
            Flags = Rows<PolicyFlags>(flags),
        };
        PolicyMetrics metrics = spans(Rows<TReal>(logProbabilities), outputs, c.Options, inputs);
        double loss = c.Type.Round(metrics.Loss);
        memory.Check();
        return new(memory.FetchReals(losses, c.Type), memory.FetchReals(gradient, c.Type), memory.FetchReals(entropyGradient, c.Type), [.. memory.Fetch<byte>(flags).Select(b => (PolicyFlags)b)], metrics, loss);
    }
}
