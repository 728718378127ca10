# fish completion for hearken; also: hearken completion fish | source
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
