# The native tests (GoogleTest), built only when asked for:
#   cmake --build --preset ci --target gibbs_native_tests
#   ctest --preset ci          or the programs in build/native/bin themselves
find_package(GTest QUIET)
if(NOT GTest_FOUND)
  add_custom_target(gibbs_native_tests
    COMMAND "${CMAKE_COMMAND}" -E echo "The native tests need GoogleTest (Debian: libgtest-dev); then configure again."
    COMMAND "${CMAKE_COMMAND}" -E false)
  return()
endif()

enable_testing()
add_custom_target(gibbs_native_tests)

# Kernels of the tests take the same way as those of the library: C++ for the emulator, and an image.
file(GLOB gibbs_test_kernels CONFIGURE_DEPENDS native/tests/*.cu)
file(GLOB gibbs_test_sources CONFIGURE_DEPENDS native/tests/*_test.cpp)
file(GLOB gibbs_driver_test_sources CONFIGURE_DEPENDS native/tests/driver/*_test.cpp)
set_source_files_properties(${gibbs_test_kernels} PROPERTIES LANGUAGE CXX)

set(gibbs_test_definitions GIBBS_TEST_HEADERS="${CMAKE_CURRENT_SOURCE_DIR}/native/include/gibbs")
if(TARGET gibbs)
  list(APPEND gibbs_test_definitions GIBBS_TEST_LIBRARY="$<TARGET_FILE:gibbs>")
  foreach(source ${gibbs_test_kernels})
    get_filename_component(name "${source}" NAME_WE)
    set(image "${CMAKE_CURRENT_BINARY_DIR}/images/${name}.ptx")
    list(GET GIBBS_DEVICE_ARCHITECTURES 0 architecture)
    gibbs_image("${source}" ptx ${architecture} "${image}")
    list(APPEND gibbs_test_images "${image}")
    list(APPEND gibbs_test_definitions GIBBS_TEST_IMAGE="${image}")
  endforeach()
  add_custom_target(gibbs_test_images DEPENDS ${gibbs_test_images})
  add_dependencies(gibbs_native_tests gibbs gibbs_test_images)
endif()

function(gibbs_test_program name)
  add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
  target_link_libraries(${name} PRIVATE GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE ${gibbs_test_definitions})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/build/native/bin")
  add_dependencies(gibbs_native_tests ${name})
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# The emulator, the C ABI over it and the device vocabulary: plain, and under the sanitizers.
foreach(kind emulated emulated_sanitized)
  if(TARGET gibbs_${kind})
    gibbs_test_program(gibbs_native_tests_${kind} ${gibbs_test_sources} ${gibbs_test_kernels} $<TARGET_OBJECTS:gibbs_${kind}_objects>)
    target_link_libraries(gibbs_native_tests_${kind} PRIVATE gibbs_${kind}_objects ${CMAKE_DL_LIBS})
    if(TARGET gibbs)
      add_dependencies(gibbs_native_tests_${kind} gibbs gibbs_test_images)
    endif()
  endif()
endforeach()

# The driver runtime over a driver made for the tests, which records what it is asked.
if(TARGET gibbs)
  add_library(gibbs_fake_cuda SHARED EXCLUDE_FROM_ALL native/tests/driver/fake_cuda.cpp)
  set_target_properties(gibbs_fake_cuda PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/fake" OUTPUT_NAME cuda SUFFIX .so.1)
  target_link_libraries(gibbs_fake_cuda PRIVATE gibbs_host_options)
  gibbs_test_program(gibbs_native_tests_driver ${gibbs_driver_test_sources})
  target_link_libraries(gibbs_native_tests_driver PRIVATE gibbs_host_options ${CMAKE_DL_LIBS})
  target_compile_definitions(gibbs_native_tests_driver PRIVATE GIBBS_TEST_FAKE_CUDA="$<TARGET_FILE:gibbs_fake_cuda>")
  add_dependencies(gibbs_native_tests_driver gibbs gibbs_fake_cuda)
endif()
