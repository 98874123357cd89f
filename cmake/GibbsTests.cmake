# The native tests: cmake --build --preset ci --target gibbs_native_tests, then ctest or the programs themselves.
