using System;
using System.IO;

namespace Gibbs.Cli;

/// <summary>Where a command runs, and why there. On the CPU <see cref="Stream"/> is null.</summary>
internal sealed class ExecutionDevice : IDisposable
{
    private ExecutionDevice(string name, string description, string reason, CudaStream? stream)
    {
        Name = name;
        Description = description;
        Reason = reason;
        Stream = stream;
    }

    /// <summary>cpu, cuda:N or emulated.</summary>
    public string Name { get; }

    /// <summary>The hardware, for people.</summary>
    public string Description { get; }

    /// <summary>Why this device, for people: "asked for", or what made <c>auto</c> choose it.</summary>
    public string Reason { get; }

    /// <summary>The stream that device work goes to; null on the CPU.</summary>
    public CudaStream? Stream { get; }

    /// <summary>Finds the device that is asked for.</summary>
    /// <exception cref="Failure">There is none, in one line.</exception>
    public static ExecutionDevice Open(DeviceRequest request)
    {
        FindLibraries();
        switch (request.Kind)
        {
            case DeviceKind.Cpu:
                return Cpu("asked for");
            case DeviceKind.Cuda:
                return Native(RuntimeKind.Cuda, request.Ordinal, "asked for");
            case DeviceKind.Emulated:
                return Native(RuntimeKind.Emulated, 0, "asked for");
            default:
                string? lacking = WhyNoCuda();
                return lacking is null ? Native(RuntimeKind.Cuda, 0, "auto: there is a CUDA device") : Cpu($"auto: {lacking}");
        }
    }

    /// <summary>Makes the libraries known that CMake built in a checkout: around the program, or else around the current folder.</summary>
    public static void FindLibraries()
    {
        NativeRuntime.SearchCheckout();
        for (DirectoryInfo? folder = new(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "CMakePresets.json")))
                continue;
            NativeRuntime.AddSearchDirectory(Path.Combine(folder.FullName, "build", "native", "lib"));
            return;
        }
    }

    public void Dispose()
    {
        CudaDevice? device = Stream?.Device;
        Stream?.Dispose();
        device?.Dispose();
    }

    /// <summary>Why <c>auto</c> does not take CUDA, short; null where it does.</summary>
    public static string? WhyNoCuda()
    {
        if (!NativeRuntime.IsAvailable)
            return "no CUDA library";
        if (NativeRuntime.Kind != RuntimeKind.Cuda)
            return "GIBBS_NATIVE_LIBRARY names the emulated library";
        // Its first words: `info` and --device cuda tell the rest.
        return CudaDevice.Count == 0 ? CudaDevice.UnavailableReason!.Split(':')[0] : null;
    }

    private static ExecutionDevice Cpu(string reason) =>
        new("cpu", $"{CpuThreads.Count} thread{(CpuThreads.Count == 1 ? string.Empty : "s")}", reason, null);

    private static ExecutionDevice Native(RuntimeKind kind, int ordinal, string reason)
    {
        try
        {
            NativeRuntime.Use(kind);
            if (ordinal > 0 && CudaDevice.Count > 0 && ordinal >= CudaDevice.Count)
                throw new Failure($"cuda:{ordinal}: there is no such device, the last is cuda:{CudaDevice.Count - 1}");
            CudaDevice device = CudaDevice.Open(ordinal);
            return new(kind == RuntimeKind.Cuda ? $"cuda:{ordinal}" : "emulated", device.Info.ToString(), reason, device.CreateStream());
        }
        catch (Exception exception) when (exception is DeviceUnavailableException or InvalidOperationException)
        {
            throw new Failure($"--device {(kind == RuntimeKind.Cuda ? "cuda" : "emulated")}: {exception.Message}");
        }
    }
}
