# bash completion for mobilith: the program itself knows its options and their values.
_mobilith() {
  local words=() word current=${COMP_WORDS[COMP_CWORD]} candidate
  # bash takes "--net=x" for three words.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do [[ $word == "=" ]] || words+=("$word"); done
  if [[ $current == "=" ]]; then current="" && words+=(""); fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    case $candidate in
      /files) compopt -o filenames 2>/dev/null
              while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current") ;;
      /folders) compopt -o filenames 2>/dev/null
                while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current") ;;
      /list) compopt -o nospace 2>/dev/null ;; # a comma and more may follow
      *) COMPREPLY+=("$candidate") ;;
    esac
  done < <("${COMP_WORDS[0]}" _complete "${words[@]}" 2>/dev/null)
  return 0
} && complete -F _mobilith mobilith
