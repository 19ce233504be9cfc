# mobilith_harden(): in a folder and those below it, programs that read strangers' files are made hard to take over. What goes into
# generated trees is left as it is: it must not depend on how the generator was built.
function(mobilith_harden)
  if(MOBILITH_SANITIZE OR NOT CMAKE_SYSTEM_NAME STREQUAL Linux)
    return()
  endif()
  # FORTIFY needs an optimiser; the first of the two is for compilers that define it themselves.
  add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:C,CXX>,$<NOT:$<CONFIG:Debug>>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>"
                      "$<$<COMPILE_LANGUAGE:C,CXX>:-fstack-protector-strong>")
  add_link_options(-pie -Wl,-z,relro -Wl,-z,now)
endfunction()
