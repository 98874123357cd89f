using System;

namespace Gibbs.InteropProbe;

/// <summary>Does what each argument says, in order, and prints a line "argument|answer" or "argument|exception type|message" for it.</summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        foreach (string argument in arguments)
        {
            string answer;
            try
            {
                answer = Do(argument);
            }
#pragma warning disable CA1031 // Whatever comes is the answer.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                answer = $"{exception.GetType().Name}|{exception.Message}";
            }

            Console.WriteLine($"{argument}|{answer.ReplaceLineEndings("\t")}");
        }

        return 0;
    }

    private static string Do(string argument)
    {
        if (argument.StartsWith("add:", StringComparison.Ordinal))
        {
            NativeRuntime.AddSearchDirectory(argument[4..]);
            return "ok";
        }

        switch (argument)
        {
            case "use-cuda":
                NativeRuntime.Use(RuntimeKind.Cuda);
                return "ok";
            case "use-emulated":
                NativeRuntime.Use(RuntimeKind.Emulated);
                return "ok";
            case "kind":
                return NativeRuntime.Kind.ToString();
            case "available":
                return NativeRuntime.IsAvailable.ToString();
            case "path":
                return NativeRuntime.LibraryPath ?? "none";
            case "describe":
                return NativeRuntime.Describe();
            case "count":
                return $"{CudaDevice.Count}|{CudaDevice.UnavailableReason}";
            case "open":
                using (CudaDevice device = CudaDevice.Open())
                    return device.Name;
            case "owner":
                return CudaDevice.OwnerOf(0)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
            case "log-sum-exp":
                // Spans need no native library.
                float[] logSumExp = new float[1];
                SoftmaxCrossEntropy.Compute(new CommunityToolkit.HighPerformance.ReadOnlySpan2D<float>([0f, 0f], 1, 2), default, new CrossEntropyOutputs<float, float> { LogSumExp = logSumExp });
                return logSumExp[0].ToString("F4", System.Globalization.CultureInfo.InvariantCulture);
            default:
                throw new ArgumentException($"'{argument}' is unknown");
        }
    }
}
