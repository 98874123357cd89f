using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Native libraries of a few functions, made by the system's C compiler: one that fits, and those that do not.</summary>
internal static class TinyLibrary
{
    private const string Source = """
        #include <stdint.h>
        #define EXPORT __attribute__((visibility("default")))
        #ifdef NEEDS
        extern int gibbs_test_function_of_the_missing_library(void);
        EXPORT int gibbs_test_user(void) { return gibbs_test_function_of_the_missing_library(); }
        #endif
        #ifndef WITHOUT_ABI_VERSION
        EXPORT int32_t gibbs_abi_version(void) { return ABI; }
        #endif
        #ifndef WITHOUT_SIZES
        EXPORT int32_t gibbs_size_of(int32_t which) {
          static const int32_t sizes[] = {SIZES};
          return which >= 0 && which < (int32_t)(sizeof sizes / sizeof *sizes) ? sizes[which] : -1;
        }
        #endif
        EXPORT int32_t gibbs_runtime_kind(void) { return KIND; }
        EXPORT const char* gibbs_build_info(void) { return "a tiny library of the tests"; }
        EXPORT const char* gibbs_last_error(void) { return ""; }
        EXPORT int32_t gibbs_device_count(int32_t* count, const char** reason) {
          *count = 0;
          if (reason) *reason = "a tiny library has no device";
          return 0;
        }
        EXPORT int32_t gibbs_pointer_device(const void* pointer, int32_t* ordinal) {
          (void)pointer;
          *ordinal = -1;
          return 0;
        }
        """;

    /// <summary>The sizes of this assembly's structs, by <see cref="gibbs_struct"/>; -1 for a number that names none.</summary>
    public static unsafe int[] Sizes
    {
        get
        {
            int[] sizes = new int[Enum.GetValues<gibbs_struct>().Max(which => (int)which) + 1];
            Array.Fill(sizes, -1);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_DEVICE_INFO] = sizeof(gibbs_device_info);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SOFTMAX_CROSS_ENTROPY] = sizeof(gibbs_softmax_cross_entropy);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ROW_STATISTICS_F32] = Unsafe.SizeOf<RowStatistics<float>>();
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ROW_STATISTICS_F64] = Unsafe.SizeOf<RowStatistics<double>>();
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ROW_MAP] = sizeof(gibbs_row_map);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_FENCHEL_YOUNG] = sizeof(gibbs_fenchel_young);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_MASK_TENSOR] = sizeof(gibbs_mask_tensor);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_GLOBAL_MASK] = sizeof(gibbs_global_mask);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_TOKEN_SET] = sizeof(gibbs_token_set);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ROW_ENTROPY] = sizeof(gibbs_row_entropy);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SAMPLE_ENTROPY] = sizeof(gibbs_sample_entropy);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SPECTRAL_ENTROPY] = sizeof(gibbs_spectral_entropy);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_POLICY_LOSS] = sizeof(gibbs_policy_loss);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_POLICY_METRICS] = Unsafe.SizeOf<PolicyMetrics>();
            sizes[(int)gibbs_struct.GIBBS_STRUCT_GROUP_ADVANTAGE] = sizeof(gibbs_group_advantage);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_TOKEN_STATISTICS] = sizeof(gibbs_token_statistics);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ROW_DIVERGENCE] = sizeof(gibbs_row_divergence);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ENTROPY_PENALTY] = sizeof(gibbs_entropy_penalty);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_BATCH_ENTROPY] = sizeof(gibbs_batch_entropy);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_CONDITIONAL_CLASS_ENTROPY] = sizeof(gibbs_conditional_class_entropy);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SINKHORN] = sizeof(gibbs_sinkhorn);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_TRANSPORT_RESULT] = Unsafe.SizeOf<SinkhornResult>();
            sizes[(int)gibbs_struct.GIBBS_STRUCT_TRANSPORT_PLAN] = sizeof(gibbs_transport_plan);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_TRANSPORT_ROUNDING] = sizeof(gibbs_transport_rounding);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_TRANSPORT_GRADIENT] = sizeof(gibbs_transport_gradient);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SINKHORN_DIVERGENCE] = sizeof(gibbs_sinkhorn_divergence);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_WASSERSTEIN] = sizeof(gibbs_wasserstein);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_BURES_WASSERSTEIN] = sizeof(gibbs_bures_wasserstein);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_WASSERSTEIN_BARYCENTER] = sizeof(gibbs_wasserstein_barycenter);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SINKHORN_NEWTON] = sizeof(gibbs_sinkhorn_newton);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_SPARSE_TRANSPORT] = sizeof(gibbs_sparse_transport);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_DOUBLY_STOCHASTIC] = sizeof(gibbs_doubly_stochastic);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_BALANCED_ASSIGNMENT] = sizeof(gibbs_balanced_assignment);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ELASTIC_MAP] = sizeof(gibbs_elastic_map);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_ENTROPY_COUPLING] = sizeof(gibbs_entropy_coupling);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_MONGE_GAP] = sizeof(gibbs_monge_gap);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_MONGE_GAP_RESULT] = Unsafe.SizeOf<MongeGapResult>();
            sizes[(int)gibbs_struct.GIBBS_STRUCT_INVERSE_TRANSPORT] = sizeof(gibbs_inverse_transport);
            sizes[(int)gibbs_struct.GIBBS_STRUCT_INVERSE_TRANSPORT_RESULT] = Unsafe.SizeOf<InverseTransportResult>();
            return sizes;
        }
    }

    /// <summary>Builds a library; skips the test where there is no C compiler.</summary>
    public static void Build(string path, RuntimeKind kind, int abi = NativeLoader.AbiVersion, int[]? sizes = null, string[]? flags = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string source = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.c");
        File.WriteAllText(source, Source);
        try
        {
            Compile(source, path, [$"-DKIND={(int)kind}", $"-DABI={abi}", $"-DSIZES={string.Join(',', sizes ?? Sizes)}", .. flags ?? []]);
        }
        finally
        {
            File.Delete(source);
        }
    }

    /// <summary>Compiles a file to a shared library.</summary>
    public static void Compile(string source, string path, IEnumerable<string> flags)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("the tiny libraries are built on Linux only");
        string compiler = Find("cc", "gcc", "clang", "clang-19") ?? "";
        if (compiler.Length == 0)
            Assert.Ignore("there is no C compiler (cc, gcc or clang) to build the test's native library");
        ProcessStartInfo start = new(compiler) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove("LD_PRELOAD");
        foreach (string argument in (string[])["-shared", "-fPIC", "-fvisibility=hidden", "-o", path, source, .. flags])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error);
    }

    private static string? Find(params string[] names) =>
        names.SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), (name, folder) => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
