# Completion of cnplint for fish: `cnplint completion fish >~/.config/fish/completions/cnplint.fish`.
function __cnplint_words
    set -l words (commandline -opc) (commandline -ct)
    cnplint __complete $words[2..-1] 2>/dev/null
end
# Where cnplint knows no word it is a file.
complete -c cnplint -a '(__cnplint_words)'
