# bash completion for hearken; also: source <(hearken completion bash)
_hearken() {
  # COMP_WORDS is cut at ':' and '=' too; what no blank parts in the line is one word. What stands in the line before the
  # last such part must not be repeated.
  local rest=$COMP_LINE words=() word i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 0)) && [[ $rest != [[:space:]]* ]]; then words[${#words[@]} - 1]+=$word; else words+=("$word"); fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    rest=${rest#"$word"}
  done
  local last=$((${#words[@]} - 1)) part=${COMP_WORDS[COMP_CWORD]}
  [[ $part == : || $part == = ]] && part=
  local before=${words[last]%"$part"} candidate files=()
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    case $candidate in
      :files) mapfile -t files < <(compgen -f -- "$part") ;;
      :folders) ((${#files[@]})) || mapfile -t files < <(compgen -d -- "$part") ;;
      *) COMPREPLY+=("${candidate#"$before"}") ;;
    esac
  done < <("${words[0]/#\~\//$HOME/}" complete "${words[@]:1}" 2>/dev/null)
  if ((${#files[@]})); then
    compopt -o filenames
    COMPREPLY+=("${files[@]}")
  elif ((${#COMPREPLY[@]} == 1)); then
    [[ $COMPREPLY == *: ]] && compopt -o nospace
    printf -v COMPREPLY %q "$COMPREPLY"
  fi
}
complete -F _hearken hearken
