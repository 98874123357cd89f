using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Samples;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Runs a case on spans or on device memory; the view's rows are strided, and what lies between them is NaN before and must be after.</summary>
internal static class TinyRunner
{
    private delegate void SpanForward<T, TReal>(ReadOnlySpan2D<T> values, in DoublyStochasticOutputs<T, TReal> outputs, in DoublyStochasticOptions options, in DoublyStochasticInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void SpanBackward<T, TReal>(
        ReadOnlySpan2D<T> values, ReadOnlySpan2D<T> upstream, Span2D<T> gradient, in DoublyStochasticOptions options, in DoublyStochasticInputs<TReal> inputs, Span<TransportStatus> status)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForward<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> values, in DeviceDoublyStochasticOutputs<T, TReal> outputs, in DoublyStochasticOptions options, in DeviceDoublyStochasticInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceBackward<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> values,
        DeviceSpan2D<T> upstream,
        DeviceSpan2D<T> gradient,
        in DoublyStochasticOptions options,
        in DeviceDoublyStochasticInputs<TReal> inputs,
        DeviceSpan<TransportStatus> status)
        where T : unmanaged
        where TReal : unmanaged;

    /// <summary>The matrices.</summary>
    public static TinyRun Forward(string device, TinyCase c, int gap = 3) => Run(device, c with { Upstream = null }, gap);

    /// <summary>The gradient by the values.</summary>
    public static TinyRun Backward(string device, TinyCase c, int gap = 3) => Run(device, c, gap);

    private static TinyRun Run(string device, TinyCase c, int gap) => c.Type switch
    {
        ElementType.Float32 => Run<float, float>(device, c, gap, DoublyStochastic.Normalise, DoublyStochastic.Backward, DoublyStochastic.Normalise, DoublyStochastic.Backward),
        ElementType.Float64 => Run<double, double>(device, c, gap, DoublyStochastic.Normalise, DoublyStochastic.Backward, DoublyStochastic.Normalise, DoublyStochastic.Backward),
        ElementType.Float16 => Run<Half, float>(device, c, gap, DoublyStochastic.Normalise, DoublyStochastic.Backward, DoublyStochastic.Normalise, DoublyStochastic.Backward),
        _ => Run<BFloat16, float>(device, c, gap, DoublyStochastic.Normalise, DoublyStochastic.Backward, DoublyStochastic.Normalise, DoublyStochastic.Backward),
    };

    private static TinyRun Run<T, TReal>(string device, TinyCase c, int gap, SpanForward<T, TReal> normalise, SpanBackward<T, TReal> backward, DeviceForward<T, TReal> onDevice, DeviceBackward<T, TReal> backOnDevice)
        where T : unmanaged
        where TReal : unmanaged => device == "cpu" ? OnSpans(c, gap, normalise, backward) : OnDevice(c, gap, onDevice, backOnDevice);

    private static TinyRun OnDevice<T, TReal>(TinyCase c, int gap, DeviceForward<T, TReal> normalise, DeviceBackward<T, TReal> backward)
        where T : unmanaged
        where TReal : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        SampleRunner.Rows<T> values = new(c.Type, c.Values, gap), upstream = new(c.Type, c.Upstream ?? [], gap), result = values.Empty(true);
        using DeviceBuffer<T> x = stream.Upload<T>(values.Data), q = stream.Upload<T>(upstream.Data), p = stream.Upload<T>(result.Data);
        using DeviceBuffer<TReal> errors = stream.Allocate<TReal>(c.Upstream == null ? c.Values.Length : 0), a = stream.Upload<TReal>(Narrow<TReal>(c.RowTargets)), b = stream.Upload<TReal>(Narrow<TReal>(c.ColumnTargets));
        using DeviceBuffer<TransportStatus> status = stream.Allocate<TransportStatus>(c.Values.Length);
        DeviceBuffer<T> target = c.InPlace ? x : p;
        DeviceDoublyStochasticInputs<TReal> inputs = new() { RowTargets = a, ColumnTargets = b, Regime = c.Regime };
        if (c.Upstream == null)
            normalise(stream, values.On(x), new DeviceDoublyStochasticOutputs<T, TReal> { Matrices = result.On(target), MarginalErrors = errors, Status = status }, c.Options, inputs);
        else
            backward(stream, values.On(x), upstream.On(q), result.On(target), c.Options, inputs, status);
        return new(result.Read(target.ToArray()), Widen(errors.ToArray()), status.ToArray());
    }

    private static TinyRun OnSpans<T, TReal>(TinyCase c, int gap, SpanForward<T, TReal> normalise, SpanBackward<T, TReal> backward)
        where T : unmanaged
        where TReal : unmanaged
    {
        SampleRunner.Rows<T> values = new(c.Type, c.Values, gap), upstream = new(c.Type, c.Upstream ?? [], gap), result = c.InPlace ? values : values.Empty(true);
        TReal[] errors = new TReal[c.Upstream == null ? c.Values.Length : 0];
        TransportStatus[] status = new TransportStatus[c.Values.Length];
        DoublyStochasticInputs<TReal> inputs = new() { RowTargets = Narrow<TReal>(c.RowTargets), ColumnTargets = Narrow<TReal>(c.ColumnTargets) };
        if (c.Upstream == null)
            normalise(values.View, new DoublyStochasticOutputs<T, TReal> { Matrices = result.View, MarginalErrors = errors, Status = status }, c.Options, inputs);
        else
            backward(values.View, upstream.View, result.View, c.Options, inputs, status);
        return new(result.Read(), Widen(errors), status);
    }

    private static TReal[] Narrow<TReal>(double[] values)
        where TReal : unmanaged => typeof(TReal) == typeof(double) ? (TReal[])(object)values : (TReal[])(object)values.Select(v => (float)v).ToArray();

    private static double[] Widen<TReal>(TReal[] values)
        where TReal : unmanaged => values is double[] wide ? wide : [.. ((float[])(object)values).Select(v => (double)v)];
}
