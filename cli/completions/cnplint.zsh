#compdef cnplint
# Completion of cnplint for zsh: `cnplint completion zsh >"${fpath[1]}/_cnplint"`.
_cnplint() {
  local -a lines words_known
  local line
  lines=("${(@f)$(cnplint __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    words_known+=("${${line%%$'\t'*}//:/\\:}:${${line#*$'\t'}}")
  done
  # Where cnplint knows no word it is a file.
  if (( $#words_known )); then
    _describe 'cnplint' words_known
  else
    _files
  fi
}
if [[ $funcstack[1] == _cnplint ]]; then _cnplint "$@"; else compdef _cnplint cnplint; fi
