# Completion of cnplint for bash: `source <(cnplint completion bash)`.
_cnplint() {
  local IFS=$'\n'
  # shellcheck disable=SC2207
  COMPREPLY=($(cnplint __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
# Where cnplint knows no word it is a file.
complete -o default -F _cnplint cnplint
