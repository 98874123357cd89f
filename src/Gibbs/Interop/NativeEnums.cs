namespace Gibbs.Interop;

/// <summary>What a native call returns.</summary>
internal enum gibbs_status
{
    GIBBS_OK = 0,
    GIBBS_INVALID_ARGUMENT = 1,
    GIBBS_NO_DEVICE = 2,
    GIBBS_OUT_OF_MEMORY = 3,
    GIBBS_DRIVER_ERROR = 4,
    GIBBS_EMULATOR_ERROR = 5,
    GIBBS_INTERNAL_ERROR = 6,
}

#pragma warning disable CA1712 // The names are those of gibbs.h.
/// <summary>The structs whose sizes <see cref="NativeMethods.gibbs_size_of"/> tells.</summary>
internal enum gibbs_struct
{
    GIBBS_STRUCT_DEVICE_INFO = 0,
    GIBBS_STRUCT_SOFTMAX_CROSS_ENTROPY = 1,
    GIBBS_STRUCT_ROW_STATISTICS_F32 = 2,
    GIBBS_STRUCT_ROW_STATISTICS_F64 = 3,
    GIBBS_STRUCT_ROW_MAP = 4,
    GIBBS_STRUCT_FENCHEL_YOUNG = 5,
    GIBBS_STRUCT_MASK_TENSOR = 6,
    GIBBS_STRUCT_GLOBAL_MASK = 7,
    GIBBS_STRUCT_TOKEN_SET = 8,
    GIBBS_STRUCT_ROW_ENTROPY = 9,
    GIBBS_STRUCT_SAMPLE_ENTROPY = 10,
    GIBBS_STRUCT_SPECTRAL_ENTROPY = 11,
    GIBBS_STRUCT_POLICY_LOSS = 12,
    GIBBS_STRUCT_POLICY_METRICS = 13,
    GIBBS_STRUCT_GROUP_ADVANTAGE = 14,
    GIBBS_STRUCT_TOKEN_STATISTICS = 15,
    GIBBS_STRUCT_ROW_DIVERGENCE = 16,
    GIBBS_STRUCT_ENTROPY_PENALTY = 17,
    GIBBS_STRUCT_BATCH_ENTROPY = 18,
    GIBBS_STRUCT_CONDITIONAL_CLASS_ENTROPY = 19,
    GIBBS_STRUCT_SINKHORN = 20,
    GIBBS_STRUCT_TRANSPORT_RESULT = 21,
    GIBBS_STRUCT_TRANSPORT_PLAN = 22,
    GIBBS_STRUCT_TRANSPORT_ROUNDING = 23,
    GIBBS_STRUCT_TRANSPORT_GRADIENT = 24,
    GIBBS_STRUCT_SPARSE_TRANSPORT = 30,
    GIBBS_STRUCT_ELASTIC_MAP = 33,
    GIBBS_STRUCT_ENTROPY_COUPLING = 34,
    GIBBS_STRUCT_MONGE_GAP = 35,
    GIBBS_STRUCT_MONGE_GAP_RESULT = 36,
}
#pragma warning restore CA1712

/// <summary>Storage types.</summary>
internal enum gibbs_type
{
    GIBBS_FLOAT32 = 0,
    GIBBS_FLOAT64 = 1,
    GIBBS_FLOAT16 = 2,
    GIBBS_BFLOAT16 = 3,
}

/// <summary>Types of hard targets.</summary>
internal enum gibbs_target_type
{
    GIBBS_TARGETS_NONE = 0,
    GIBBS_TARGETS_INT32 = 1,
    GIBBS_TARGETS_INT64 = 2,
}

/// <summary>Flags of row maps.</summary>
[System.Flags]
internal enum gibbs_map_flags
{
    NONE = 0,
    GIBBS_MAP_DESCENDING = 1,
    GIBBS_MAP_ENTROPIC = 2,
}
