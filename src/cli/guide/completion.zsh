#compdef hearken
# zsh completion for hearken; also: source <(hearken completion zsh)
_hearken() {
  local line files=0 folders=0
  local -a lines described
  lines=("${(@f)$("${(Q)words[1]/#\~\//$HOME/}" complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    case $line in
      :files) files=1 ;;
      :folders) folders=1 ;;
      *) described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  (($#described)) && _describe hearken described
  ((files)) && _files
  ((folders && !files)) && _files -/
  return 0
}
if [[ $funcstack[1] == _hearken ]]; then _hearken "$@"; else compdef _hearken hearken; fi
