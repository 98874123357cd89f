# How kernels become images: nvcc -> a cubin per architecture and PTX of the newest, clang -> PTX; then an assembler file that embeds
# them and a table of what they are (native/runtime/driver/images.h).

# Sets GIBBS_DEVICE_COMPILER_FOUND to nvcc, clang or nothing, and what goes with it, in the caller's scope.
function(gibbs_find_device_compiler)
  set(found "")
  if(GIBBS_DEVICE_COMPILER MATCHES "^(AUTO|nvcc)$")
    find_program(GIBBS_NVCC nvcc HINTS "$ENV{CUDA_HOME}/bin" "$ENV{CUDA_PATH}/bin" /usr/local/cuda/bin)
    if(GIBBS_NVCC)
      execute_process(COMMAND "${GIBBS_NVCC}" --version OUTPUT_VARIABLE text)
      string(REGEX MATCH "release ([0-9]+\\.[0-9]+)" unused "${text}")
      if(CMAKE_MATCH_1 VERSION_GREATER_EQUAL 12.4)
        set(found nvcc)
        set(version "${CMAKE_MATCH_1}")
        execute_process(COMMAND "${GIBBS_NVCC}" --list-gpu-code OUTPUT_VARIABLE supported)
      else()
        message(STATUS "${GIBBS_NVCC} is of CUDA ${CMAKE_MATCH_1}, but 12.4 or later is needed")
      endif()
    endif()
  endif()
  if(NOT found AND GIBBS_DEVICE_COMPILER MATCHES "^(AUTO|clang)$")
    find_program(GIBBS_CLANG NAMES clang++-19)
    if(GIBBS_CLANG)
      set(found clang)
      set(version 19)
    endif()
  endif()

  set(architectures ${GIBBS_ARCHITECTURES})
  if(found STREQUAL "nvcc" AND NOT architectures)
    foreach(architecture 80 90 100)
      if(supported MATCHES "sm_${architecture}[\r\n]")
        list(APPEND architectures ${architecture})
      endif()
    endforeach()
  elseif(found STREQUAL "clang" AND NOT architectures)
    set(architectures 90)
  endif()
  if(found)
    message(STATUS "Device compiler: ${found} ${version}, architectures ${architectures}")
  endif()
  set(GIBBS_DEVICE_COMPILER_FOUND "${found}" PARENT_SCOPE)
  set(GIBBS_DEVICE_ARCHITECTURES "${architectures}" PARENT_SCOPE)
endfunction()

# The command for one image.
function(gibbs_image source kind architecture output)
  get_filename_component(name "${source}" NAME)
  set(include -I "${CMAKE_CURRENT_SOURCE_DIR}/native" -I "${CMAKE_CURRENT_SOURCE_DIR}/native/include")
  if(GIBBS_DEVICE_COMPILER_FOUND STREQUAL "nvcc")
    if(kind STREQUAL "cubin")
      set(what -cubin -arch=sm_${architecture})
    else()
      set(what -ptx -arch=compute_${architecture})
    endif()
    set(command "${GIBBS_NVCC}" ${what} -std=c++17 -O3 -fmad=false ${include} -MD -MF "${output}.d" -MT "${output}" -o "${output}" "${source}")
  else()
    set(command "${GIBBS_CLANG}" -x cuda --cuda-device-only -nocudainc -nocudalib --cuda-gpu-arch=sm_${architecture} --cuda-feature=+ptx83
      -Xclang -target-feature -Xclang +ptx83 -std=c++17 -O3 -ffp-contract=off -Wall -Wextra -Werror -Wno-unknown-cuda-version
      ${include} -MD -MF "${output}.d" -MT "${output}" -S -o "${output}" "${source}")
  endif()
  add_custom_command(OUTPUT "${output}" COMMAND ${command} DEPENDS "${source}" DEPFILE "${output}.d" VERBATIM
    COMMENT "Building ${kind} ${name} for compute capability ${architecture}")
endfunction()

# Sets result to the generated files that embed the images of the given kernel files.
function(gibbs_embedded_images result)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/images")
  file(MAKE_DIRECTORY "${folder}")
  set(images "")
  set(assembly "    .section .rodata,\"a\"\n")
  set(declarations "")
  set(table "")
  foreach(source ${ARGN})
    get_filename_component(name "${source}" NAME_WE)
    set(wanted "")
    if(GIBBS_DEVICE_COMPILER_FOUND STREQUAL "nvcc")
      foreach(architecture ${GIBBS_DEVICE_ARCHITECTURES})
        list(APPEND wanted "cubin:${architecture}")
      endforeach()
      # PTX of the newest architecture that others can run: not of an architecture-specific one.
      set(portable ${GIBBS_DEVICE_ARCHITECTURES})
      list(FILTER portable INCLUDE REGEX "^[0-9]+$")
      if(portable)
        list(SORT portable COMPARE NATURAL)
        list(GET portable -1 newest)
        list(APPEND wanted "ptx:${newest}")
      endif()
    else()
      foreach(architecture ${GIBBS_DEVICE_ARCHITECTURES})
        list(APPEND wanted "ptx:${architecture}")
      endforeach()
    endif()
    foreach(image ${wanted})
      string(REPLACE ":" ";" image "${image}")
      list(GET image 0 kind)
      list(GET image 1 architecture)
      set(output "${folder}/${name}_${architecture}.${kind}")
      gibbs_image("${source}" ${kind} ${architecture} "${output}")
      list(APPEND images "${output}")

      set(symbol "gibbs_image_${name}_${kind}_${architecture}")
      string(APPEND assembly
        "    .balign 64\n    .globl ${symbol}\n    .hidden ${symbol}\n${symbol}:\n    .incbin \"${output}\"\n"
        "    .globl ${symbol}_end\n    .hidden ${symbol}_end\n${symbol}_end:\n    .byte 0\n")
      string(APPEND declarations
        "extern const unsigned char ${symbol}[] __attribute__((visibility(\"hidden\")));\n"
        "extern const unsigned char ${symbol}_end[] __attribute__((visibility(\"hidden\")));\n")
      string(REGEX MATCH "^[0-9]+" number "${architecture}")
      set(ptx false)
      set(exact false)
      if(kind STREQUAL "ptx")
        set(ptx true)
      endif()
      if(architecture MATCHES "[a-z]$")
        set(exact true)
      endif()
      string(APPEND table "    {\"${name}\", ${ptx}, ${number}, ${exact}, ${symbol}, ${symbol}_end},\n")
    endforeach()
  endforeach()
  string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")
  list(LENGTH images count)

  # Written only when they change, so that a new configure rebuilds nothing.
  file(CONFIGURE OUTPUT "${folder}/images.S" CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT "${folder}/images.cpp" CONTENT
"// Generated: the embedded kernel images.
#include \"runtime/driver/images.h\"

extern \"C\" {
${declarations}}

namespace gibbs::runtime {

const Image images[] = {
${table}    {nullptr, false, 0, false, nullptr, nullptr},
};
const size_t image_count = ${count};

}  // namespace gibbs::runtime
" @ONLY)
  set_source_files_properties("${folder}/images.S" PROPERTIES OBJECT_DEPENDS "${images}")
  set(${result} "${folder}/images.S" "${folder}/images.cpp" PARENT_SCOPE)
endfunction()
