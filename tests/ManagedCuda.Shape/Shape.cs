using System;

using ManagedCuda.BasicTypes;

namespace ManagedCuda
{
    public class CudaContext
    {
        public int DeviceId => 0;
    }

    public class PrimaryContext : CudaContext;

    public class CudaStream
    {
        public CUstream Stream => default;
    }

    public class CudaDeviceVariable<T>
        where T : struct
    {
        public CUdeviceptr DevicePointer => default;

        public SizeT Size => default;
    }
}

namespace ManagedCuda.BasicTypes
{
    public struct CUstream
    {
        public IntPtr Pointer;
    }

    public struct CUdeviceptr
    {
        public SizeT Pointer;
    }

    public struct SizeT
    {
        private readonly UIntPtr _value;

        public SizeT(ulong value) => _value = new UIntPtr(value);

        public static implicit operator int(SizeT value) => (int)value._value.ToUInt64();

        public static implicit operator uint(SizeT value) => (uint)value._value.ToUInt64();

        public static implicit operator long(SizeT value) => (long)value._value.ToUInt64();

        public static implicit operator ulong(SizeT value) => value._value.ToUInt64();

        public static implicit operator UIntPtr(SizeT value) => value._value;

        public static implicit operator IntPtr(SizeT value) => (IntPtr)value._value.ToUInt64();
    }
}
