// hearken completion SHELL: what a shell sources, which asks the program for the words themselves.
#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "cli/common.h"
#include "cli/guide/guide.h"

namespace hearken::cli {
namespace {

// COMP_WORDS is cut at ':' and '=' too; what no blank parts in the line is one word. What stands in the line before the
// last such part must not be repeated.
constexpr std::string_view kBash = R"(# bash completion for hearken; also: source <(hearken completion bash)
_hearken() {
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
)";

constexpr std::string_view kZsh = R"(#compdef hearken
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
)";

constexpr std::string_view kFish = R"(# fish completion for hearken; also: hearken completion fish | source
function __hearken_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l files 0
  for line in ($words[1] complete $words[2..-1] 2>/dev/null)
    switch $line
      case ':files'
        set files 1
        __fish_complete_path $words[-1]
      case ':folders'
        test $files = 1; or __fish_complete_directories $words[-1]
      case '*'
        echo $line
    end
  end
end
complete -c hearken -f -a '(__hearken_complete)'
)";

struct CompletionArguments {
  std::string shell;
};

int run_completion(const CompletionArguments& options) {
  fmt::print("{}", options.shell == "bash" ? kBash : options.shell == "zsh" ? kZsh : kFish);
  return kDone;
}

}  // namespace

void add_completion(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "completion", "Let the shell complete commands, options, tracks, models and tags",
                  run_completion);
  one_of(add_positional(command, "SHELL", options.shell, "bash, zsh or fish"), {"bash", "zsh", "fish"})->required();
  command.footer(R"(Prints what the shell reads. An installed Hearken has it where the shells look.

Examples:
  source <(hearken completion bash)
  hearken completion zsh > ~/.zfunc/_hearken
  hearken completion fish > ~/.config/fish/completions/hearken.fish)");
}

}  // namespace hearken::cli
