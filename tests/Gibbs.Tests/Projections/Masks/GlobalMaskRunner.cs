using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Masks;

/// <summary>Runs a global mask on spans or on device memory; every other tensor is masked in place.</summary>
internal static class GlobalMaskRunner
{
    public static (byte[][] Mask, double[][] Masked, double Threshold) Run(string device, ElementType type, double[][] weights, double[][] other, MaskScore score, long count) => type switch
    {
        ElementType.Float32 => Run<float>(device, type, weights, other, score, count),
        ElementType.Float64 => Run<double>(device, type, weights, other, score, count),
        ElementType.Float16 => Run<Half>(device, type, weights, other, score, count),
        _ => Run<BFloat16>(device, type, weights, other, score, count),
    };

    private static (byte[][] Mask, double[][] Masked, double Threshold) Run<T>(string device, ElementType type, double[][] weights, double[][] other, MaskScore score, long count)
        where T : unmanaged => device == "cpu" ? OnSpans<T>(type, weights, other, score, count) : OnDevice<T>(type, weights, other, score, count);

    private static (byte[][] Mask, double[][] Masked, double Threshold) OnSpans<T>(ElementType type, double[][] weights, double[][] other, MaskScore score, long count)
        where T : unmanaged
    {
        MaskTensor<T>[] tensors = new MaskTensor<T>[weights.Length];
        T[][] masked = new T[weights.Length][];
        byte[][] mask = new byte[weights.Length][];
        for (int t = 0; t < weights.Length; t++)
        {
            T[] w = Narrow<T>(type, weights[t]);
            masked[t] = t % 2 == 0 ? w : new T[w.Length];
            mask[t] = Enumerable.Repeat((byte)0xA5, w.Length).ToArray();
            tensors[t] = new() { Weights = w, Other = score == MaskScore.Magnitude ? default : Narrow<T>(type, other[t]), Mask = mask[t], Masked = masked[t] };
        }
        double threshold = GlobalMask.KeepLargest<T>(tensors, count, score);
        return (mask, [.. masked.Select(m => Widen(type, m))], threshold);
    }

    private static (byte[][] Mask, double[][] Masked, double Threshold) OnDevice<T>(ElementType type, double[][] weights, double[][] other, MaskScore score, long count)
        where T : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        List<IDisposable> owned = [];
        DeviceBuffer<TElement> Keep<TElement>(DeviceBuffer<TElement> buffer)
            where TElement : unmanaged
        {
            owned.Add(buffer);
            return buffer;
        }
        try
        {
            DeviceMaskTensor<T>[] tensors = new DeviceMaskTensor<T>[weights.Length];
            DeviceBuffer<T>[] masked = new DeviceBuffer<T>[weights.Length];
            DeviceBuffer<byte>[] mask = new DeviceBuffer<byte>[weights.Length];
            for (int t = 0; t < weights.Length; t++)
            {
                DeviceBuffer<T> w = Keep(stream.Upload<T>(Narrow<T>(type, weights[t])));
                masked[t] = t % 2 == 0 ? w : Keep(stream.Upload<T>(new T[weights[t].Length]));
                mask[t] = Keep(stream.Upload<byte>(Enumerable.Repeat((byte)0xA5, weights[t].Length).ToArray()));
                tensors[t] = new() { Weights = w.Span, Other = score == MaskScore.Magnitude ? default : Keep(stream.Upload<T>(Narrow<T>(type, other[t]))).Span, Mask = mask[t].Span, Masked = masked[t].Span };
            }
            double threshold;
            if (tensors is DeviceMaskTensor<double>[] wide)
            {
                DeviceBuffer<double> least = Keep(stream.Allocate<double>(1));
                GlobalMask.KeepLargest(stream, wide, count, score, least.Span);
                threshold = least.ToArray()[0];
            }
            else
            {
                DeviceBuffer<float> least = Keep(stream.Allocate<float>(1));
                GlobalMask.KeepLargest<T>(stream, tensors, count, score, least.Span);
                threshold = least.ToArray()[0];
            }
            return ([.. mask.Select(m => m.ToArray())], [.. masked.Select(m => Widen(type, m.ToArray()))], threshold);
        }
        finally
        {
            foreach (IDisposable buffer in owned)
                buffer.Dispose();
        }
    }

    private static unsafe T[] Narrow<T>(ElementType type, double[] values)
        where T : unmanaged
    {
        T[] narrow = new T[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            fixed (T* at = &narrow[i])
                type.Write(new Span<byte>(at, sizeof(T)), values[i]);
        }
        return narrow;
    }

    private static unsafe double[] Widen<T>(ElementType type, T[] values)
        where T : unmanaged
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            fixed (T* at = &values[i])
                wide[i] = type.Read(new ReadOnlySpan<byte>(at, sizeof(T)));
        }
        return wide;
    }
}
