# What all host code is compiled with, and how its libraries are linked.
add_library(gibbs_host_options INTERFACE)
target_compile_features(gibbs_host_options INTERFACE cxx_std_17)
target_include_directories(gibbs_host_options INTERFACE
  "${CMAKE_CURRENT_SOURCE_DIR}/native" "${CMAKE_CURRENT_SOURCE_DIR}/native/include")
# Contraction is off in every build, so that a kernel gives the same bits in each.
target_compile_options(gibbs_host_options INTERFACE
  -Wall -Wextra -Werror -ffp-contract=off -fvisibility=hidden -fvisibility-inlines-hidden)
target_compile_definitions(gibbs_host_options INTERFACE GIBBS_VERSION="${PROJECT_VERSION}")

# A shared library of objects in build/native/lib that exports the C ABI alone.
function(gibbs_shared_library name objects)
  add_library(${name} SHARED $<TARGET_OBJECTS:${objects}>)
  target_link_libraries(${name} PRIVATE ${objects})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined
    "-Wl,--version-script,${CMAKE_CURRENT_SOURCE_DIR}/cmake/exports.map")
  set_target_properties(${name} PROPERTIES
    LINKER_LANGUAGE CXX
    LINK_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/cmake/exports.map"
    PREFIX lib
    LIBRARY_OUTPUT_DIRECTORY "${GIBBS_LIBRARY_DIRECTORY}")
endfunction()
