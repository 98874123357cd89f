using System;
using System.Collections.Generic;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Entropies;

/// <summary>What a call wrote; gradients row by row.</summary>
internal sealed record EntropyRun(double[] Entropies, double[] LogSumExp, double[] LogProbability, double[][] Gradient, RowStatus[] Status, double Value, double Normaliser, long ValidRows);

/// <summary>Runs a case on "cpu" or "native": padded, misaligned rows between red zones.</summary>
internal sealed unsafe partial class EntropyRunner : IDisposable
{
    private readonly TestDevice _device;
    private readonly EntropyCase _case;
    private readonly long[] _offsets;
    private readonly List<(GuardedImage Image, Placement Place, bool Written)> _arrays = [];

    private EntropyRunner(string device, EntropyCase c)
    {
        (_device, _case) = (device == "cpu" ? TestDevices.Get("cpu") : TestDevices.Native(), c);
        _offsets = new long[c.Rows.Length + 1];
        _offsets[0] = c.Padding;
        for (int i = 0; i < c.Rows.Length; i++)
            _offsets[i + 1] = _offsets[i] + c.Rows[i].Length;
    }

    public static EntropyRun Run(string device, EntropyCase c)
    {
        using EntropyRunner runner = new(device, c);
        bool onDevice = runner._device is NativeDevice;
        return c.Type switch
        {
            ElementType.Float32 when onDevice => runner.RunOnDevice<float, float>(RowEntropy.Compute, RowEntropy.WorkspaceBytes, RowEntropy.ComputeRagged, RowEntropy.RaggedWorkspaceBytes),
            ElementType.Float64 when onDevice => runner.RunOnDevice<double, double>(RowEntropy.Compute, RowEntropy.WorkspaceBytes, RowEntropy.ComputeRagged, RowEntropy.RaggedWorkspaceBytes),
            ElementType.Float16 when onDevice => runner.RunOnDevice<Half, float>(RowEntropy.Compute, RowEntropy.WorkspaceBytes, RowEntropy.ComputeRagged, RowEntropy.RaggedWorkspaceBytes),
            ElementType.BFloat16 when onDevice => runner.RunOnDevice<BFloat16, float>(RowEntropy.Compute, RowEntropy.WorkspaceBytes, RowEntropy.ComputeRagged, RowEntropy.RaggedWorkspaceBytes),
            ElementType.Float32 => runner.Run<float, float>(RowEntropy.Compute, RowEntropy.ComputeRagged),
            ElementType.Float64 => runner.Run<double, double>(RowEntropy.Compute, RowEntropy.ComputeRagged),
            ElementType.Float16 => runner.Run<Half, float>(RowEntropy.Compute, RowEntropy.ComputeRagged),
            _ => runner.Run<BFloat16, float>(RowEntropy.Compute, RowEntropy.ComputeRagged),
        };
    }

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    private delegate CrossEntropyResult DenseForm<T, TReal>(ReadOnlySpan2D<T> logits, in RowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in RowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate CrossEntropyResult RaggedForm<T, TReal>(ReadOnlySpan<T> values, ReadOnlySpan<long> offsets, in RaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in RowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private EntropyRun Run<T, TReal>(DenseForm<T, TReal> dense, RaggedForm<T, TReal> ragged)
        where T : unmanaged
        where TReal : unmanaged
    {
        EntropyCase c = _case;
        int rows = c.Rows.Length, columns = c.Columns;
        Memory m = Place();
        RowEntropyInputs<TReal> inputs = new()
        {
            RowWeights = Span<TReal>(m.RowWeights, rows),
            Temperatures = Span<TReal>(m.Temperatures, rows),
            ActionWeights = Span<TReal>(m.ActionWeights, rows),
            Actions = c.Actions is null ? default : c.Int64 ? new ReadOnlySpan<long>((void*)m.Actions, rows) : new ReadOnlySpan<int>((void*)m.Actions, rows),
        };
        CrossEntropyResult result;
        if (c.Ragged)
        {
            int total = (int)_offsets[^1];
            RaggedEntropyOutputs<T, TReal> outputs = new()
            {
                Entropies = Span<TReal>(m.Entropies, rows),
                LogSumExp = Span<TReal>(m.LogSumExp, rows),
                LogProbability = Span<TReal>(m.LogProbability, rows),
                Gradient = new((T*)m.Gradient - c.Padding, total),
                Status = Span<RowStatus>(m.Status, rows),
            };
            result = ragged(new((T*)m.Values - c.Padding, total), _offsets, outputs, c.Options, inputs);
        }
        else
        {
            RowEntropyOutputs<T, TReal> outputs = new()
            {
                Entropies = Span<TReal>(m.Entropies, rows),
                LogSumExp = Span<TReal>(m.LogSumExp, rows),
                LogProbability = Span<TReal>(m.LogProbability, rows),
                Gradient = new((void*)m.Gradient, rows, columns, c.Padding),
                Status = Span<RowStatus>(m.Status, rows),
            };
            result = dense(new((void*)m.Values, rows, columns, c.Padding), outputs, c.Options, inputs);
        }

        return Collect(m, result);
    }

    // Where everything lies, and which of the arrays some of it is.
    private record struct Memory(nint Values, nint Gradient, nint RowWeights, nint Temperatures, nint ActionWeights, nint Actions, nint Entropies, nint Status, nint LogSumExp, nint LogProbability, int GradientAt, int OutputsAt);

    private Memory Place()
    {
        EntropyCase c = _case;
        int rows = c.Rows.Length, real = c.Type.Real().Size();
        Memory m = default;
        m.Values = Values("values", c.InPlace, canary: false);
        m.Gradient = c.InPlace ? m.Values : Values("gradient", true, canary: true);
        m.GradientAt = _arrays.Count - 1;
        m.RowWeights = Reals("row weights", c.RowWeights);
        m.Temperatures = Reals("temperatures", c.Temperatures);
        m.ActionWeights = Reals("action weights", c.ActionWeights);
        m.Actions = Actions();
        m.OutputsAt = _arrays.Count;
        m.Entropies = Out("entropies", rows, real);
        m.Status = Out("status", rows, 1);
        m.LogSumExp = HasLogSumExp ? Out("log-sum-exp", rows, real) : 0;
        m.LogProbability = c.Actions is null ? 0 : Out("log-probability", rows, real);
        return m;
    }

    private bool HasLogSumExp => _case.Options.Input == EntropyInput.Logits;

    private EntropyRun Collect(in Memory m, CrossEntropyResult result)
    {
        EntropyCase c = _case;
        ElementType real = c.Type.Real();
        for (int k = 0; k < _arrays.Count; k++)
            Checked(k);
        double[] packed = Widen(Checked(m.GradientAt).Packed(), c.Type);
        double[][] gradient = [.. c.Rows.Select((row, i) => packed[(int)(_offsets[i] - c.Padding)..(int)(_offsets[i + 1] - c.Padding)])];
        double[] Reals(int k) => Widen(Checked(k).Packed(), real);
        int at = m.OutputsAt;
        RowStatus[] status = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, RowStatus>(Checked(at + 1).Packed()).ToArray();
        return new(Reals(at), HasLogSumExp ? Reals(at + 2) : [], c.Actions is null ? [] : Reals(at + (HasLogSumExp ? 3 : 2)), gradient, status, result.Loss, result.Normaliser, result.ValidRows);
    }

    private GuardedImage Checked(int at)
    {
        (GuardedImage image, Placement place, bool written) = _arrays[at];
        GuardedImage after = image.After(place.Fetch());
        return after.Violation(written) is { } violation ? throw new InvalidOperationException(violation) : after;
    }

    private static double[] Widen(byte[] bytes, ElementType stored)
    {
        double[] values = new double[bytes.Length / stored.Size()];
        for (int i = 0; i < values.Length; i++)
            values[i] = stored.Read(bytes.AsSpan(i * stored.Size()));
        return values;
    }

    private static Span<T> Span<T>(nint address, int length)
        where T : unmanaged => address == 0 ? default : new((void*)address, length);

    private nint Values(string name, bool written, bool canary)
    {
        int size = _case.Type.Size(), rows = _case.Ragged ? 1 : _case.Rows.Length, columns = _case.Ragged ? (int)(_offsets[^1] - _offsets[0]) : _case.Columns;
        GuardedImage image = new(name, rows, columns * size, (columns + _case.Padding) * size, _case.Offset * size, false, canary ? GuardedImage.Canary : GuardedImage.Poison);
        for (int i = 0; i < _case.Rows.Length && !canary; i++)
        {
            Span<byte> row = _case.Ragged ? image.Row(0)[((int)(_offsets[i] - _offsets[0]) * size)..] : image.Row(i);
            for (int j = 0; j < _case.Rows[i].Length; j++)
                _case.Type.Write(row[(j * size)..], _case.Rows[i][j]);
        }

        return Add(image, written);
    }

    private nint Reals(string name, double[]? values)
    {
        if (values is null)
            return 0;
        ElementType real = _case.Type.Real();
        GuardedImage image = new(name, values.Length, real.Size(), real.Size(), 0, true, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            real.Write(image.Row(k), values[k]);
        return Add(image, false);
    }

    private nint Actions()
    {
        if (_case.Actions is null)
            return 0;
        int size = _case.Int64 ? 8 : 4;
        GuardedImage image = new("actions", _case.Actions.Length, size, size, 0, true, GuardedImage.Poison);
        for (int k = 0; k < _case.Actions.Length; k++)
            _ = _case.Int64 ? BitConverter.TryWriteBytes(image.Row(k), _case.Actions[k]) : BitConverter.TryWriteBytes(image.Row(k), checked((int)_case.Actions[k]));
        return Add(image, false);
    }

    private nint Out(string name, int rows, int bytes) => Add(new(name, rows, bytes, bytes, 0, false, GuardedImage.Canary), true);

    private nint Add(GuardedImage image, bool written)
    {
        Placement place = _device.Place(image.Bytes);
        _arrays.Add((image, place, written));
        return place.Address + image.Start;
    }
}
