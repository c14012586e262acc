# Completion of cnplint for bash: `source <(cnplint completion bash)`.
_cnplint() {
  # Words as they are written: bash itself splits at colons and equals signs.
  local line=${COMP_LINE:0:COMP_POINT} word whole IFS=$' \t\n'
  local -a words
  read -r -a words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  whole=${words[-1]}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    printf -v word %q "$word"
    # It replaces what stands behind the last of these.
    [[ $whole == *[:=]* ]] && word=${word#"${whole%"${whole##*[:=]}"}"}
    COMPREPLY+=("$word")
  done < <(cnplint __complete "${words[@]:1}" 2>/dev/null)
}
# Where cnplint knows no word it is a file.
complete -o default -F _cnplint cnplint
