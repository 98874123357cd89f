# libgibbs: the host side over the CUDA driver API, with the kernel images embedded.
include(GibbsImages)

gibbs_find_device_compiler()
if(NOT GIBBS_DEVICE_COMPILER_FOUND)
  if(GIBBS_DRIVER STREQUAL "AUTO")
    message(STATUS "libgibbs is left out: neither nvcc 12.4 or later nor clang++-19 was found")
    return()
  endif()
  message(FATAL_ERROR "libgibbs needs its device compiler, GIBBS_DEVICE_COMPILER=${GIBBS_DEVICE_COMPILER}, which was not found: "
    "nvcc 12.4 or later by CUDA_HOME or PATH, clang as clang++-19. Without nvcc take the preset ci or release")
endif()

# The assembler, through the C++ compiler.
enable_language(ASM)
gibbs_embedded_images(gibbs_images ${GIBBS_KERNEL_SOURCES})

add_library(gibbs_objects OBJECT ${GIBBS_OPERATION_SOURCES} ${GIBBS_RUNTIME_SOURCES} ${GIBBS_DRIVER_SOURCES} ${gibbs_images})
set_target_properties(gibbs_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_link_libraries(gibbs_objects PUBLIC gibbs_host_options ${CMAKE_DL_LIBS})
target_link_options(gibbs_objects PUBLIC -static-libstdc++ -static-libgcc)
gibbs_shared_library(gibbs gibbs_objects)
