using System;
using System.CommandLine;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cli;

/// <summary><c>gibbs info</c>: what this machine offers, and what <c>--device auto</c> makes of it.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("info", "Show version, processor, native library and devices, and which device auto takes.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
                WriteJson();
            else
                WriteText();
            return 0;
        });
        return command;
    }

    private static string Version => typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static int VectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private static void WriteText()
    {
        ExecutionDevice.FindLibraries();
        using ExecutionDevice automatic = ExecutionDevice.Open(DeviceRequest.Auto);
        Console.WriteLine($"gibbs {Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}");
        Console.WriteLine($"cpu: {Environment.ProcessorCount} processors, {VectorBits}-bit vectors");
        Console.WriteLine($"auto: {automatic.Name} ({automatic.Description}), {automatic.Reason}");
        Console.WriteLine($"emulated library: {EmulatedLibrary() ?? "none found; to build it: cmake --preset ci && cmake --build --preset ci"}");
        Console.Write(NativeRuntime.Describe());
    }

    private static void WriteJson()
    {
        ExecutionDevice.FindLibraries();
        string? reason = ExecutionDevice.WhyNoCuda();
        JsonLine.Write(writer =>
        {
            writer.WriteString("version", Version);
            writer.WriteString("framework", RuntimeInformation.FrameworkDescription);
            writer.WriteNumber("processors", Environment.ProcessorCount);
            writer.WriteNumber("vectorBits", VectorBits);
            writer.WriteString("auto", reason is null ? "cuda:0" : "cpu");
            writer.WriteString("whyNoCuda", reason);
            writer.WriteString("library", NativeRuntime.LibraryPath);
            writer.WriteString("libraryBuild", NativeRuntime.BuildInfo);
            writer.WriteString("emulatedLibrary", EmulatedLibrary());
            writer.WriteStartArray("devices");
            for (int ordinal = 0; ordinal < CudaDevice.Count; ordinal++)
            {
                using CudaDevice device = CudaDevice.Open(ordinal);
                writer.WriteStringValue(device.Info.ToString());
            }

            writer.WriteEndArray();
        });
    }

    // Looked for, not loaded: a process binds one library, and this one shows CUDA.
    private static string? EmulatedLibrary()
    {
        foreach (string start in (ReadOnlySpan<string>)[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string path = Path.Combine(folder.FullName, "build", "native", "lib", Gibbs.Interop.NativeLoader.FileName(RuntimeKind.Emulated));
                if (File.Exists(Path.Combine(folder.FullName, "CMakePresets.json")) && File.Exists(path))
                    return path;
            }
        }

        return null;
    }
}
