using Gibbs.Cpu.Transport;
using Gibbs.Interop;

namespace Gibbs;

/// <summary>A Sinkhorn call with Newton steps: the same arguments in a struct around the problem's.</summary>
internal static unsafe class DeviceSinkhornNewton
{
    public static void Run<T, TReal>(in DeviceSinkhornCall<T, TReal> call, in SinkhornNewtonOptions options)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(call, options, out gibbs_sinkhorn_newton arguments);
        using CudaStream.Use use = new(call.Stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sinkhorn_newton_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(in DeviceSinkhornCall<T, TReal> call, in SinkhornNewtonOptions options)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(call, options, out gibbs_sinkhorn_newton arguments);
        using CudaStream.Use use = new(call.Stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sinkhorn_newton_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(in DeviceSinkhornCall<T, TReal> call, in SinkhornNewtonOptions options, out gibbs_sinkhorn_newton arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        NewtonSettings settings = NewtonSettings.Of(options);
        arguments = default;
        DeviceSinkhorn.Fill(call, out arguments.problem);
        arguments.struct_size = (uint)sizeof(gibbs_sinkhorn_newton);
        arguments.warmup_iterations = settings.Warmup;
        arguments.kept_per_row = settings.Kept;
    }
}
