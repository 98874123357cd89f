using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>
/// The native library that this process binds: one, for good, chosen before the first device call. Spans need none: the CPU path is managed code.
/// </summary>
/// <remarks>
/// Searched, in this order: the file that <c>GIBBS_NATIVE_LIBRARY</c> names (and then no other), <c>runtimes/&lt;rid&gt;/native</c> below the application, the
/// application's folder, folders given to <see cref="AddSearchDirectory"/>, folders in which the host unpacked native files.
/// </remarks>
public static class NativeRuntime
{
    private static readonly Lock s_gate = new();
    private static readonly List<string> s_extraDirectories = [];
    private static readonly List<string> s_log = [];
    private static volatile NativeLoader.Bound? s_bound;
    private static RuntimeKind? s_requested;
    private static string? s_failure;
    private static bool s_resolverSet;

    /// <summary>
    /// Chooses the runtime and binds it. A library that is missing is not an error here: <see cref="IsAvailable"/> and <see cref="CudaDevice.UnavailableReason"/> tell.
    /// </summary>
    /// <param name="kind">The runtime. Without a call: the library of <c>GIBBS_NATIVE_LIBRARY</c>, else <see cref="RuntimeKind.Cuda"/>.</param>
    /// <exception cref="InvalidOperationException">The process is bound to the other already, or <c>GIBBS_NATIVE_LIBRARY</c> names the other.</exception>
    public static void Use(RuntimeKind kind)
    {
        if (kind is not (RuntimeKind.Cuda or RuntimeKind.Emulated))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "the runtimes are Cuda and Emulated");
        lock (s_gate)
        {
            if (s_bound is null && s_requested != kind)
            {
                s_requested = kind;
                s_failure = null;
            }

            if (TryBind() is NativeLoader.Bound bound && bound.Kind != kind)
            {
                throw new InvalidOperationException(
                    $"{kind} was asked for, and this process is bound to {bound.Kind} ({bound.Path}): a process binds one native library, chosen before the first device call");
            }
        }
    }

    /// <summary>The runtime that the process is bound to, which asking binds; where no library loads, the one that was chosen.</summary>
    public static RuntimeKind Kind => (TryBind()?.Kind ?? s_requested) ?? RuntimeKind.Cuda;

    /// <summary>Whether a native library is bound, or can be. It may still see no device: <see cref="CudaDevice.Count"/>.</summary>
    public static bool IsAvailable => TryBind() is not null;

    /// <summary>The bound library's file; null where none loads.</summary>
    public static string? LibraryPath => TryBind()?.Path;

    /// <summary>Adds a folder to those searched.</summary>
    /// <param name="directory">An absolute path; it need not exist.</param>
    /// <exception cref="InvalidOperationException">A library is bound already.</exception>
    public static void AddSearchDirectory(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Path.IsPathFullyQualified(directory))
            throw new ArgumentException($"'{directory}' is relative; only an absolute path says what will be loaded", nameof(directory));
        lock (s_gate)
        {
            if (s_bound is not null)
                throw new InvalidOperationException($"the process is bound to {s_bound.Path} already; add folders before the first device call");
            if (s_extraDirectories.Contains(directory))
                return;
            s_extraDirectories.Add(directory);
            s_failure = null;
        }
    }

    /// <summary>Everything about the native library, for people: file, ABI, build, driver, devices, and each path tried with the system loader's words.</summary>
    public static string Describe()
    {
        NativeLoader.Bound? bound = TryBind(out string? failure);
        StringBuilder text = new();
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (bound is null)
        {
            text.Append(culture, $"native library: none ({failure})\n");
        }
        else
        {
            text.Append(culture, $"native library: {bound.Path} ({bound.Kind})\n");
            text.Append(culture, $"ABI: {NativeMethods.gibbs_abi_version()}\n");
            text.Append(culture, $"build: {BuildInfo}\n");
            int count = CudaDevice.Count;
            text.Append(culture, $"devices: {count}{(count == 0 ? $" ({CudaDevice.UnavailableReason})" : "")}\n");
            for (int ordinal = 0; ordinal < count; ordinal++)
                text.Append(culture, $"  {ordinal}: {DescribeDevice(ordinal)}\n");
        }

        text.Append("tried:\n");
        lock (s_gate)
        {
            foreach (string line in s_log)
                text.Append(culture, $"  {line}\n");
        }

        return text.ToString();
    }

    /// <summary>Version, compiler and embedded images of the bound library, one line; null where none loads.</summary>
    public static unsafe string? BuildInfo => TryBind() is null ? null : Marshal.PtrToStringUTF8((nint)NativeMethods.gibbs_build_info());

    // For programs run from a checkout: the folder into which the CMake presets build, below the one that holds CMakePresets.json.
    internal static void SearchCheckout()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "CMakePresets.json")))
                continue;
            if (s_bound is null)
                AddSearchDirectory(Path.Combine(folder.FullName, "build", "native", "lib"));
            return;
        }
    }

    // Without binding anything.
    internal static bool IsBound => s_bound is not null;

    // Every entry that can be a process's first native call comes through here.
    internal static void Bind()
    {
        if (TryBind(out string? failure) is null)
            throw new DeviceUnavailableException(failure!);
    }

    // Why nothing is bound, one line.
    internal static string? Failure
    {
        get
        {
            _ = TryBind(out string? failure);
            return failure;
        }
    }

    private static NativeLoader.Bound? TryBind() => TryBind(out _);

    // Null and the reason, or the library and null. A failure is kept until something changes that could mend it.
    private static NativeLoader.Bound? TryBind(out string? failure)
    {
        failure = null;
        if (s_bound is NativeLoader.Bound bound)
            return bound;
        lock (s_gate)
        {
            failure = s_failure;
            if (s_bound is not null || failure is not null)
                return s_bound;
            s_log.Clear();
            try
            {
                bound = NativeLoader.Load(s_requested ?? RuntimeKind.Cuda, s_extraDirectories, s_log);
            }
            catch (DeviceUnavailableException exception)
            {
                failure = s_failure = exception.Message;
                return null;
            }

            if (!s_resolverSet)
                NativeLibrary.SetDllImportResolver(typeof(NativeRuntime).Assembly, static (name, _, _) => name == NativeMethods.Library ? s_bound?.Handle ?? 0 : 0);
            s_resolverSet = true;
            return s_bound = bound;
        }
    }

    private static string DescribeDevice(int ordinal)
    {
        try
        {
            using CudaDevice device = CudaDevice.Open(ordinal);
            return device.Info.ToString();
        }
        catch (Exception exception) when (exception is DeviceUnavailableException or GibbsNativeException or DeviceMemoryException)
        {
            return exception.Message;
        }
    }
}
