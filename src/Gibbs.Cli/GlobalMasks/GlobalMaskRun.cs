using System;
using System.Diagnostics;
using System.Globalization;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.GlobalMasks;

/// <summary>One run of <c>gibbs global-mask</c>: loads the tensors, selects, writes all outputs or none, reports.</summary>
internal sealed class GlobalMaskRun<T, TReal, TKernels>(GlobalMaskArguments arguments, ExecutionDevice device, ElementType type, NpyArray[] files)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    public void Execute()
    {
        int count = files.Length;
        T[][] weights = Array.ConvertAll(files, static file => file.ToReal<T>("weights", integersToo: false));
        T[][] others = new T[arguments.Others.Length][];
        for (int i = 0; i < others.Length; i++)
            others[i] = InputFiles.Real<T>(arguments.Others[i], "other tensors", integersToo: false, files[i].Shape)!;
        byte[][] masks = Array.ConvertAll(weights, static tensor => new byte[tensor.Length]);
        long total = 0;
        foreach (T[] tensor in weights)
            total += tensor.Length;
        long keep = arguments.Keep ?? GlobalMask.CountOf(arguments.Sparsity, total);
        if (keep > total)
            throw new Failure(string.Create(CultureInfo.InvariantCulture, $"--keep '{keep}' is wrong: the tensors have {total} entries together"));

        T[][] masked = Array.ConvertAll(arguments.Masked, _ => Array.Empty<T>());
        for (int i = 0; i < masked.Length; i++)
            masked[i] = new T[weights[i].Length];
        using OutputFiles outputs = new();
        for (int i = 0; i < arguments.Masks.Length; i++)
        {
            int tensor = i;
            outputs.Add(arguments.Masks[i], stream => NpyWriter.Write<byte>(stream, masks[tensor], files[tensor].Shape));
        }

        for (int i = 0; i < masked.Length; i++)
        {
            int tensor = i;
            outputs.Add(arguments.Masked[i], stream => NpyWriter.Write<T>(stream, masked[tensor], files[tensor].Shape));
        }

        MaskTensor<T>[] tensors = new MaskTensor<T>[count];
        for (int i = 0; i < count; i++)
        {
            tensors[i] = new()
            {
                Weights = weights[i],
                Other = others.Length > 0 ? others[i] : default,
                Mask = masks[i],
                Masked = masked.Length > 0 ? masked[i] : default,
            };
        }

        (double threshold, double milliseconds) = Select(tensors, keep);
        outputs.Commit();
        Report(masks, keep, total, threshold, milliseconds);
    }

    private (double Threshold, double Milliseconds) Select(MaskTensor<T>[] tensors, long keep)
    {
        if (device.Stream is { } stream)
            return Select(stream, tensors, keep);
        // Once for the compiler, so that the time is the operation's alone.
        GlobalMask.KeepLargest<T>([], 0, arguments.Score);
        long begin = Stopwatch.GetTimestamp();
        double threshold = GlobalMask.KeepLargest<T>(tensors, keep, arguments.Score);
        return (threshold, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    private (double Threshold, double Milliseconds) Select(CudaStream stream, MaskTensor<T>[] tensors, long keep)
    {
        using DeviceArrays arrays = new(stream);
        DeviceMaskTensor<T>[] views = Array.ConvertAll(tensors, tensor => new DeviceMaskTensor<T>
        {
            Weights = arrays.Upload(tensor.Weights.ToArray()),
            Other = arrays.Upload(tensor.Other.ToArray()),
            Mask = arrays.Allocate<byte>(tensor.Mask.Length),
            Masked = arrays.Allocate<T>(tensor.Masked.Length),
        });
        DeviceSpan<TReal> threshold = arrays.Allocate<TReal>(1);
        DeviceSpan<byte> workspace = arrays.Allocate<byte>(GlobalMask.WorkspaceBytes<T>(stream, views, keep, arguments.Score));
        using DeviceTimer timer = new(stream);
        TKernels.KeepLargest(stream, views, keep, arguments.Score, threshold, workspace);
        double milliseconds = timer.Stop();
        for (int i = 0; i < tensors.Length; i++)
        {
            stream.Copy(views[i].Mask, tensors[i].Mask.Span);
            stream.Copy(views[i].Masked, tensors[i].Masked.Span);
        }

        return (arrays.ReadReal(threshold, double.NaN), milliseconds);
    }

    private void Report(byte[][] masks, long keep, long total, double threshold, double milliseconds)
    {
        long[] kept = Array.ConvertAll(masks, static mask =>
        {
            long sum = 0;
            foreach (byte entry in mask)
                sum += entry;
            return sum;
        });
        double zeros = 1 - ((double)keep / total);
        if (arguments.Json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("operation", "global-mask");
                writer.WriteString("score", arguments.Score.ToString());
                writer.WriteNumber("kept", keep);
                writer.WriteNumber("entries", total);
                writer.WriteReal("zeros", zeros);
                writer.WriteReal("threshold", threshold);
                writer.WriteStartArray("keptPerTensor");
                foreach (long count in kept)
                    writer.WriteNumberValue(count);
                writer.WriteEndArray();
                writer.WriteString("type", type.ToString().ToLowerInvariant());
                writer.WriteString("device", device.Name);
                writer.WriteNumber("milliseconds", Math.Round(milliseconds, 6));
            });
            return;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        for (int i = 0; i < files.Length; i++)
            Console.WriteLine(string.Create(culture, $"{files[i].Path}: {NpyArray.ShapeText(files[i].Shape)}, {kept[i]} of {masks[i].Length} kept"));
        Console.WriteLine(string.Create(culture, $"zeros       {100 * zeros:0.00} % ({keep} of {total} kept, the least score kept is {threshold:R})"));
        Console.WriteLine($"device      {device.Name} ({device.Description}), {device.Reason}");
        Console.WriteLine(string.Create(culture, $"time        {milliseconds:0.000} ms, the operation alone"));
    }
}
