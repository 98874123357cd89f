using System;
using System.Linq;
using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Policies;

/// <summary>What a call wrote and returned.</summary>
internal sealed record PolicyRun(double[] TokenLosses, double[] Gradient, double[] EntropyGradient, PolicyFlags[] Flags, PolicyMetrics Metrics, double Loss);

/// <summary>Runs a case on "cpu" or "native".</summary>
internal static unsafe class PolicyRunner
{
    private delegate PolicyMetrics SpanForm<TReal>(ReadOnlySpan2D<TReal> logProbabilities, in PolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in PolicyLossInputs<TReal> inputs)
        where TReal : unmanaged;

    private delegate void DeviceForm<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> logProbabilities, in DevicePolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<TReal> inputs)
        where TReal : unmanaged;

    private delegate long WorkspaceForm<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> logProbabilities, in DevicePolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<TReal> inputs)
        where TReal : unmanaged;

    public static PolicyRun Run(string device, PolicyCase c) => c.Type == ElementType.Float32
        ? Run<float>(device, c, PolicyLoss.Compute, PolicyLoss.Compute, PolicyLoss.WorkspaceBytes)
        : Run<double>(device, c, PolicyLoss.Compute, PolicyLoss.Compute, PolicyLoss.WorkspaceBytes);

    private static PolicyRun Run<TReal>(string device, PolicyCase c, SpanForm<TReal> spans, DeviceForm<TReal> views, WorkspaceForm<TReal> workspaceBytes)
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
        PolicyMetrics metrics;
        double loss;
        if (memory.Device is NativeDevice native)
        {
            CudaStream stream = native.Stream;
            int ordinal = stream.Device.Ordinal;
            DeviceSpan2D<T> Rows<T>(TokenMemory.Place at)
                where T : unmanaged => at.IsEmpty ? default : new(at.Address, rows, columns, at.Stride, ordinal);
            DeviceSpan<T> Array<T>(TokenMemory.Place at, int length)
                where T : unmanaged => at.IsEmpty ? default : new(at.Address, length, ordinal);
            TokenMemory.Place lossAt = memory.Out("loss", size, 1, 1, 0, 0), metricsAt = memory.Out("metrics", Unsafe.SizeOf<PolicyMetrics>(), 1, 1, 0, 0);
            TokenMemory.Place normaliser = memory.Reals("normaliser", c.Type, c.DeviceNormaliser is double n ? [n] : null, 1, 1, 0, 0);
            DevicePolicyLossInputs<TReal> inputs = new()
            {
                OldLogProbabilities = Rows<TReal>(old),
                ReferenceLogProbabilities = Rows<TReal>(reference),
                ProxyLogProbabilities = Rows<TReal>(proxy),
                Advantages = Rows<TReal>(advantages),
                SequenceAdvantages = Array<TReal>(sequence, rows),
                Mask = Rows<byte>(mask),
                Entropies = Rows<TReal>(entropies),
                GroupOffsets = Array<long>(groups, c.GroupOffsets?.Length ?? 0),
                Normaliser = Array<TReal>(normaliser, 1),
            };
            DevicePolicyLossOutputs<TReal> outputs = new()
            {
                TokenLosses = Rows<TReal>(losses),
                LogProbabilityGradient = Rows<TReal>(gradient),
                EntropyGradient = Rows<TReal>(entropyGradient),
                Flags = Rows<PolicyFlags>(flags),
                Loss = Array<TReal>(lossAt, 1),
                Metrics = Array<PolicyMetrics>(metricsAt, 1),
            };
            byte[] poison = c.OwnWorkspace ? new byte[workspaceBytes(stream, Rows<TReal>(logProbabilities), outputs, c.Options, inputs)] : [];
            poison.AsSpan().Fill(GuardedImage.Poison);
            using DeviceBuffer<byte>? workspace = poison.Length > 0 ? stream.Upload<byte>(poison) : null;
            inputs.Workspace = workspace is null ? default : workspace.Span;
            views(stream, Rows<TReal>(logProbabilities), outputs, c.Options, inputs);
            stream.Synchronize();
            loss = memory.FetchReals(lossAt, c.Type)[0];
            metrics = memory.Fetch<PolicyMetrics>(metricsAt)[0];
        }
        else
        {
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
            metrics = spans(Rows<TReal>(logProbabilities), outputs, c.Options with { Normaliser = c.DeviceNormaliser ?? c.Options.Normaliser }, inputs);
            loss = c.Type.Round(metrics.Loss);
        }

        memory.Check();
        return new(memory.FetchReals(losses, c.Type), memory.FetchReals(gradient, c.Type), memory.FetchReals(entropyGradient, c.Type), [.. memory.Fetch<byte>(flags).Select(b => (PolicyFlags)b)], metrics, loss);
    }
}
