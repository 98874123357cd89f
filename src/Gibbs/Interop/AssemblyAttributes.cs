using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every signature is blittable, so no stub converts anything; and no search but the resolver's own finds the native library.
[assembly: DisableRuntimeMarshalling]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
