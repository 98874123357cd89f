using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>
/// Finds, loads and checks the native library. The first file that exists decides: one that does not load or does not fit is the error, never a reason to go on to
/// another. Every path tried is kept, with the system loader's own words.
/// </summary>
internal static unsafe class NativeLoader
{
    public const string Variable = "GIBBS_NATIVE_LIBRARY";
    public const int AbiVersion = 1;
    public const string HowToBuild = "to build it: cmake --preset ci && cmake --build --preset ci";

    /// <summary>A library that loaded and fits.</summary>
    public sealed record Bound(nint Handle, string Path, RuntimeKind Kind);

    /// <summary>Loads the library that the environment names, else the first found of the kind asked for.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="extraDirectories">Searched last.</param>
    /// <param name="log">Receives a line per path tried.</param>
    /// <exception cref="DeviceUnavailableException">None was found, or the first found does not load or fit.</exception>
    public static Bound Load(RuntimeKind kind, IReadOnlyList<string> extraDirectories, List<string> log)
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            string path = Path.GetFullPath(named);
            return TryLoad(path, log) ?? throw new DeviceUnavailableException($"{Variable} names {path}: no such file; unset it, or give it the path of a Gibbs native library");
        }

        foreach (string path in Candidates(FileName(kind), extraDirectories))
        {
            if (TryLoad(path, log) is not Bound bound)
                continue;
            if (bound.Kind != kind)
                throw new DeviceUnavailableException($"{path} holds the {bound.Kind} runtime where its name says {kind}; {HowToBuild}");
            return bound;
        }

        throw new DeviceUnavailableException($"no native library for {kind}: tried {string.Join("; ", log)}. Set {Variable} to its path, or {HowToBuild}");
    }

    /// <summary>The name of a kind's file on this system.</summary>
    public static string FileName(RuntimeKind kind)
    {
        string name = kind == RuntimeKind.Emulated ? "gibbs_emulated" : "gibbs";
        return OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
    }

    private static IEnumerable<string> Candidates(string file, IReadOnlyList<string> extraDirectories)
    {
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", file);
        yield return Path.Combine(AppContext.BaseDirectory, file);
        foreach (string directory in extraDirectories)
            yield return Path.Combine(directory, file);

        // Where the host unpacked or located packaged native files (single-file bundles, package folders); absent under NativeAOT.
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string listed)
        {
            foreach (string directory in listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            {
                string path = Path.Combine(directory, file);
                if (File.Exists(path))
                    yield return path;
            }
        }
    }

    // Null where there is no such file. A library that does not fit stays loaded: unloading code is worse than keeping it.
    private static Bound? TryLoad(string path, List<string> log)
    {
        if (!File.Exists(path))
        {
            log.Add($"{path} (no such file)");
            return null;
        }

        nint handle;
        try
        {
            // Load, not TryLoad: only Load tells which dependency is missing.
            handle = NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            string said = exception.Message.ReplaceLineEndings(" ").Trim();
            log.Add($"{path} (does not load: {said})");
            throw new DeviceUnavailableException($"{path} does not load: {said}");
        }

        if (Misfit(handle) is string misfit)
        {
            log.Add($"{path} ({misfit})");
            throw new DeviceUnavailableException($"{path} does not fit this version of Gibbs: {misfit}. Use the library of the same version; {HowToBuild}");
        }

        log.Add($"{path} (loaded)");
        int kind = ((delegate* unmanaged<int>)NativeLibrary.GetExport(handle, "gibbs_runtime_kind"))();
        return new(handle, path, (RuntimeKind)kind);
    }

    // What is wrong with a loaded library, null for nothing. Through exports, so that no other function of a misfit is ever called.
    private static string? Misfit(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "gibbs_abi_version", out nint version))
            return "it has no gibbs_abi_version: not a Gibbs native library";
        int found = ((delegate* unmanaged<int>)version)();
        if (found != AbiVersion)
            return $"its ABI version is {found}, this assembly speaks {AbiVersion}";
        if (!NativeLibrary.TryGetExport(handle, "gibbs_size_of", out nint sizeOf) || !NativeLibrary.TryGetExport(handle, "gibbs_runtime_kind", out nint kind))
            return "it lacks gibbs_size_of or gibbs_runtime_kind";
        int runtime = ((delegate* unmanaged<int>)kind)();
        if (!Enum.IsDefined((RuntimeKind)runtime))
            return $"gibbs_runtime_kind is {runtime}, neither cuda ({(int)RuntimeKind.Cuda}) nor emulated ({(int)RuntimeKind.Emulated})";

        delegate* unmanaged<gibbs_struct, int> size = (delegate* unmanaged<gibbs_struct, int>)sizeOf;
        return WrongSize(size, gibbs_struct.GIBBS_STRUCT_DEVICE_INFO, sizeof(gibbs_device_info))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SOFTMAX_CROSS_ENTROPY, sizeof(gibbs_softmax_cross_entropy))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ROW_STATISTICS_F32, Unsafe.SizeOf<RowStatistics<float>>())
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ROW_STATISTICS_F64, Unsafe.SizeOf<RowStatistics<double>>())
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ROW_MAP, sizeof(gibbs_row_map))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_FENCHEL_YOUNG, sizeof(gibbs_fenchel_young))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_MASK_TENSOR, sizeof(gibbs_mask_tensor))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_GLOBAL_MASK, sizeof(gibbs_global_mask))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_TOKEN_SET, sizeof(gibbs_token_set))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ROW_ENTROPY, sizeof(gibbs_row_entropy))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SAMPLE_ENTROPY, sizeof(gibbs_sample_entropy))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SPECTRAL_ENTROPY, sizeof(gibbs_spectral_entropy))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_POLICY_LOSS, sizeof(gibbs_policy_loss))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_POLICY_METRICS, Unsafe.SizeOf<PolicyMetrics>())
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_GROUP_ADVANTAGE, sizeof(gibbs_group_advantage))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_TOKEN_STATISTICS, sizeof(gibbs_token_statistics))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ROW_DIVERGENCE, sizeof(gibbs_row_divergence))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ENTROPY_PENALTY, sizeof(gibbs_entropy_penalty))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_BATCH_ENTROPY, sizeof(gibbs_batch_entropy))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_CONDITIONAL_CLASS_ENTROPY, sizeof(gibbs_conditional_class_entropy))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SINKHORN, sizeof(gibbs_sinkhorn))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_TRANSPORT_RESULT, Unsafe.SizeOf<SinkhornResult>())
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_TRANSPORT_PLAN, sizeof(gibbs_transport_plan))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_TRANSPORT_ROUNDING, sizeof(gibbs_transport_rounding))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_TRANSPORT_GRADIENT, sizeof(gibbs_transport_gradient))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SINKHORN_DIVERGENCE, sizeof(gibbs_sinkhorn_divergence))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_WASSERSTEIN, sizeof(gibbs_wasserstein))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_BURES_WASSERSTEIN, sizeof(gibbs_bures_wasserstein))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_WASSERSTEIN_BARYCENTER, sizeof(gibbs_wasserstein_barycenter))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SINKHORN_NEWTON, sizeof(gibbs_sinkhorn_newton))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_SPARSE_TRANSPORT, sizeof(gibbs_sparse_transport))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_DOUBLY_STOCHASTIC, sizeof(gibbs_doubly_stochastic))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_BALANCED_ASSIGNMENT, sizeof(gibbs_balanced_assignment))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ELASTIC_MAP, sizeof(gibbs_elastic_map))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_ENTROPY_COUPLING, sizeof(gibbs_entropy_coupling))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_MONGE_GAP, sizeof(gibbs_monge_gap))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_MONGE_GAP_RESULT, Unsafe.SizeOf<MongeGapResult>())
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_INVERSE_TRANSPORT, sizeof(gibbs_inverse_transport))
            ?? WrongSize(size, gibbs_struct.GIBBS_STRUCT_INVERSE_TRANSPORT_RESULT, Unsafe.SizeOf<InverseTransportResult>());
    }

    private static string? WrongSize(delegate* unmanaged<gibbs_struct, int> size, gibbs_struct which, int expected)
    {
        int found = size(which);
        return found == expected ? null : $"{which} has {found} bytes there and {expected} here";
    }
}
