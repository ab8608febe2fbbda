# Read by CMake inside llama.cpp's own project (CMAKE_PROJECT_llama.cpp_INCLUDE). The Python package forces its "common"
# library on, which nothing here uses and which takes half of the build; a normal variable outranks the forced option.
set(LLAMA_BUILD_COMMON OFF)
