import type { Shell } from './completion-lines.js'

// The scripts hand the line to the program as one argument. None of them uses `eval`, so nothing that was typed, and no name of a channel,
// is ever run.

const BASH = `# Completion of tidings for bash.
_tidings() {
  local IFS=$'\\n' candidate
  COMPREPLY=()
  while read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <(command tidings complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
}
# Where there is nothing to offer, bash completes files.
complete -o default -F _tidings tidings
`

const ZSH = `#compdef tidings
# Completion of tidings for zsh.
_tidings() {
  local kind value description
  local -a values shown
  {
    read -r kind
    while IFS=$'\\t' read -r value description; do
      values+=("$value")
      shown+=("$value\${description:+  -- $description}")
    done
  } < <(command tidings complete zsh "\${(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null)
  case $kind in
    files) compset -P '--*='; _files ;;
    folders) compset -P '--*='; _files -/ ;;
    words) (( \${#values} )) && compadd -l -d shown -a -- values ;;
  esac
}
if [[ "\${funcstack[1]}" == _tidings ]]; then _tidings "$@"; else compdef _tidings tidings; fi
`

const FISH = `# Completion of tidings for fish.
function __tidings_complete
    set -l found (command tidings complete fish (commandline -cp | string collect) 2>/dev/null)
    if test "$found[1]" = words
        printf '%s\\n' $found[2..-1]
    else
        set -l token (commandline -ct)
        set -l flag (string match -r -- '^--[^=]+=' $token)
        for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' $token))
            echo "$flag$path"
        end
    end
end
complete -c tidings -f -a '(__tidings_complete)'
`

/** The script that a shell reads to complete commands of tidings. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

/** How each shell is told to read it. */
export const COMPLETION_SETUP: Readonly<Record<Shell, string>> = {
  bash: `echo 'source <(tidings completion bash)' >> ~/.bashrc`,
  zsh: `echo 'source <(tidings completion zsh)' >> ~/.zshrc   # below compinit`,
  fish: 'tidings completion fish > ~/.config/fish/completions/tidings.fish'
}
