# libgibbs_emulated and libgibbs_emulated_sanitized: the kernel sources compiled as C++ over the emulator.
find_path(GIBBS_BOOST_INCLUDE boost/context/detail/fcontext.hpp)
find_library(GIBBS_BOOST_CONTEXT NAMES libboost_context.a boost_context)
if(NOT GIBBS_BOOST_INCLUDE OR NOT GIBBS_BOOST_CONTEXT)
  message(FATAL_ERROR "The emulator needs Boost.Context (Debian: libboost-context-dev); -DGIBBS_EMULATED=OFF leaves it out.")
endif()

# The kernels ask for fused multiply-adds by name; without the instruction each is a call of the C library, with the same result.
include(CheckCXXSourceRuns)
check_cxx_source_runs("int main() { return __builtin_cpu_supports(\"fma\") ? 0 : 1; }" GIBBS_HOST_HAS_FMA)

# The kernel files are C++ here, whatever their extension (policy CMP0119 passes -x c++).
# Parameters that only some instances read (if constexpr) are no mistake.
set_source_files_properties(${GIBBS_KERNEL_SOURCES} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-Wno-unused-parameter;-Wno-unused-but-set-parameter")

# Objects by name, with further compile and link options.
function(gibbs_emulated_objects name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "OPTIONS;LINK")
  add_library(${name} OBJECT
    ${GIBBS_KERNEL_SOURCES} ${GIBBS_OPERATION_SOURCES} ${GIBBS_RUNTIME_SOURCES} ${GIBBS_EMULATED_SOURCES})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${name} PUBLIC gibbs_host_options "${GIBBS_BOOST_CONTEXT}")
  target_include_directories(${name} SYSTEM PUBLIC "${GIBBS_BOOST_INCLUDE}")
  target_compile_definitions(${name} PUBLIC GIBBS_EMULATED=1)
  target_compile_options(${name} PUBLIC -Wno-unknown-pragmas $<$<BOOL:${GIBBS_HOST_HAS_FMA}>:-mfma> ${arg_OPTIONS})
  target_link_options(${name} PUBLIC ${arg_LINK})
endfunction()

if(GIBBS_EMULATED)
  gibbs_emulated_objects(gibbs_emulated_objects LINK -static-libstdc++ -static-libgcc)
  gibbs_shared_library(gibbs_emulated gibbs_emulated_objects)
endif()

if(GIBBS_SANITIZED)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  gibbs_emulated_objects(gibbs_emulated_sanitized_objects
    OPTIONS ${sanitizers} -fno-omit-frame-pointer -O1 -g1 -UNDEBUG
    LINK ${sanitizers})
  gibbs_shared_library(gibbs_emulated_sanitized gibbs_emulated_sanitized_objects)
endif()
