# mobilith_target(VARIABLE): what `mobilith generate --target` has to be for code that this project compiles, from CMAKE_SYSTEM_NAME,
# CMAKE_SYSTEM_PROCESSOR and the compiler; empty where that is the generator's own machine. An error where it can't be told.
include_guard(GLOBAL)

# The value beside the first pattern of the table that the key matches; empty without one.
function(_mobilith_row variable table key)
  set(${variable} "" PARENT_SCOPE)
  while(table)
    list(POP_FRONT table pattern value)
    if("${key}" MATCHES "${pattern}")
      set(${variable} "${value}" PARENT_SCOPE)
      return()
    endif()
  endwhile()
endfunction()

# gnu, musl, msvc: the compiler's own triple says it, else its name, else what is usual.
function(_mobilith_libc variable)
  string(JOIN " " compiler "${CMAKE_C_COMPILER_TARGET}" "${CMAKE_CXX_COMPILER_TARGET}" "${CMAKE_C_LIBRARY_ARCHITECTURE}"
         "${CMAKE_CXX_LIBRARY_ARCHITECTURE}" "${CMAKE_C_COMPILER}" "${CMAKE_CXX_COMPILER}")
  if(CMAKE_SYSTEM_NAME STREQUAL "Windows")
    if(MINGW OR compiler MATCHES "mingw|windows-gnu")
      set(${variable} gnu PARENT_SCOPE)
    else()
      set(${variable} msvc PARENT_SCOPE)
    endif()
  elseif(compiler MATCHES "musl")
    set(${variable} musl PARENT_SCOPE)
  else()
    set(${variable} gnu PARENT_SCOPE)
  endif()
endfunction()

function(mobilith_target variable)
  # A row for each: what CMake, its toolchain files and compilers call an architecture, and LLVM's name of it.
  set(architectures
    "^(x86_64|x64|amd64)$" x86_64
    "^(aarch64|arm64)$" aarch64
    "^riscv64" riscv64
    "^wasm32$" wasm32)
  # A row for each: CMAKE_SYSTEM_NAME, and what follows the architecture.
  _mobilith_libc(libc)
  set(systems
    "^Linux$" linux-${libc}
    "^Darwin$" macos
    "^Windows$" windows-${libc}
    "^(Emscripten|WASI)$" wasi)

  set(system "${CMAKE_SYSTEM_NAME}")
  set(processor "${CMAKE_SYSTEM_PROCESSOR}")
  if(system STREQUAL "Darwin" AND CMAKE_OSX_ARCHITECTURES)
    set(processor "${CMAKE_OSX_ARCHITECTURES}")
  elseif(system STREQUAL "Emscripten" OR system STREQUAL "WASI")
    set(processor wasm32)  # Emscripten's toolchain file says x86
  endif()
  if(system STREQUAL "${CMAKE_HOST_SYSTEM_NAME}" AND processor STREQUAL "${CMAKE_HOST_SYSTEM_PROCESSOR}" AND NOT libc STREQUAL "musl"
     AND NOT CMAKE_CROSSCOMPILING)
    set(${variable} "" PARENT_SCOPE)
    return()
  endif()
  string(TOLOWER "${processor}" processor)
  _mobilith_row(architecture "${architectures}" "${processor}")
  _mobilith_row(rest "${systems}" "${system}")
  if(NOT architecture OR NOT rest)
    message(FATAL_ERROR "mobilith_add_network: no target for CMAKE_SYSTEM_NAME '${system}' and CMAKE_SYSTEM_PROCESSOR '${processor}'; "
                        "give TARGET, one of `mobilith targets`")
  endif()
  set(${variable} "${architecture}-${rest}" PARENT_SCOPE)
endfunction()
